// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/pace.h"

#include <array>

namespace lifeguard {

Pace paceOf(const DatabaseError& error)
{
    return error.sign == ErrorSign::Refused || error.sqlState == "57P03" ? Pace::Quick : Pace::Exponential;
}

std::chrono::milliseconds quickDelay(Duration failing)
{
    using namespace std::chrono_literals;
    struct Row {
        Duration until;
        std::chrono::milliseconds delay;
    };
    constexpr std::array kDelays{Row{15s, 12ms}, Row{60s, 50ms}, Row{10min, 200ms}};
    for (const Row& row : kDelays)
        if (failing < row.until)
            return row.delay;
    return 500ms;
}

} // namespace lifeguard
