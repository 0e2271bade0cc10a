// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lifeguard {

// A statement as it may be told to people: on one line, at most 200 characters, without comments, and with a "?" for
// each value that stands in it (texts and numbers), since those may be somebody's address or password. Reads the SQL of
// PostgreSQL; a text that was cut off is fine. Pure; any thread.
std::string shownStatement(std::string_view sql);

} // namespace lifeguard
