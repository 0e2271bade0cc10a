// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <array>
#include <string>

namespace lifeguard {

// What the demo does to its own server on purpose, each for real.
enum class DemoFault {
    CloseIdle, // ends idle connections, as a serverless database does after a quiet spell
    EndAll,    // ends every connection, as an administrator does
    Restart,   // stops the server, leaves it away for some seconds, starts it
};
inline constexpr std::array kDemoFaults{DemoFault::CloseIdle, DemoFault::EndAll, DemoFault::Restart};

QString titleOf(DemoFault fault);            // for a menu, translated: "Close idle connections"
std::string announcementOf(DemoFault fault); // for the event log: "Demo: the server closes its idle connections, ..."
DemoFault after(DemoFault fault);            // the next in turn

} // namespace lifeguard
