// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/repeat.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace lifeguard {

namespace {

// The server rolled the transaction back because of another one, and says so.
constexpr std::array<std::string_view, 2> kRolledBack{"40001", "40P01"};

// The session ended for reasons that have nothing to do with the work. Not among them: 25P03 and 25P04, where the work
// itself took too long and would again; 57P04, where the database is gone.
constexpr std::array<std::string_view, 7> kLost{"57P01", "57P02", "57P05", "08000", "08001", "08003", "08006"};

template <std::size_t size> bool contains(const std::array<std::string_view, size>& states, const std::string& state)
{
    return std::find(states.begin(), states.end(), state) != states.end();
}

} // namespace

bool safeToRepeat(const DatabaseError& error, bool commitSent)
{
    if (contains(kRolledBack, error.sqlState))
        return true;
    if (commitSent)
        return false;
    return contains(kLost, error.sqlState) || (error.sqlState.empty() && error.sign == ErrorSign::LinkLost);
}

} // namespace lifeguard
