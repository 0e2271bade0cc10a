// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <optional>
#include <string>

namespace lifeguard {

// "2026-02-03T04:05:06.789Z": UTC, whole milliseconds.
std::string toRfc3339(WallTime time);

// Reads that form and what PostgreSQL makes of it: 'T' or a space, up to nine decimals, "Z", "+00" or "+02:00".
std::optional<WallTime> fromRfc3339(const std::string& text);

} // namespace lifeguard
