// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/pace.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace lifeguard {

namespace {

constexpr std::string_view kReadOnly = "25006";

// Ten logins a second by one prober are nothing to a server, and a failover takes seconds anyway.
constexpr std::chrono::milliseconds kLoginDelay{100};

} // namespace

Pace paceOf(const DatabaseError& error)
{
    const bool quick = error.sign == ErrorSign::Refused || error.sqlState == "57P03" || error.sqlState == kReadOnly;
    return quick ? Pace::Quick : Pace::Exponential;
}

std::chrono::milliseconds quickDelay(const DatabaseError& error, Duration failing)
{
    using namespace std::chrono_literals;
    struct Row {
        Duration until;
        std::chrono::milliseconds delay;
    };
    constexpr std::array kDelays{Row{15s, 12ms}, Row{60s, 50ms}, Row{10min, 200ms}};
    const auto* const row =
        std::find_if(kDelays.begin(), kDelays.end(), [failing](const Row& each) { return failing < each.until; });
    const std::chrono::milliseconds delay = row == kDelays.end() ? 500ms : row->delay;
    return error.sqlState == kReadOnly ? std::max(delay, kLoginDelay) : delay;
}

} // namespace lifeguard
