// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lifeguard {

// Two lines of a wide window.
inline constexpr std::size_t kLongestStatement = 200;

// A statement as it may be told to people: on one line, at most `longest` characters, without comments, and with a "?"
// for each value that stands in it (texts and numbers), since those may be somebody's address or password. Reads the
// SQL of PostgreSQL (standard_conforming_strings on, the default); a text that was cut off is fine. Pure; any thread.
std::string shownStatement(std::string_view sql, std::size_t longest = kLongestStatement);

} // namespace lifeguard
