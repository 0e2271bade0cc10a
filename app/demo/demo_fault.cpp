// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_fault.h"

#include <QCoreApplication>

namespace lifeguard {

namespace {

struct FaultRow {
    const char* title;
    const char* announcement;
};

// In the order of DemoFault.
constexpr std::array kFaults{
    FaultRow{QT_TRANSLATE_NOOP("DemoFault", "Close idle connections"),
             "Demo: the server closes its idle connections, as a serverless database does after a quiet spell"},
    FaultRow{QT_TRANSLATE_NOOP("DemoFault", "End all connections"),
             "Demo: the server ends all connections, as an administrator does"},
    FaultRow{QT_TRANSLATE_NOOP("DemoFault", "Restart the server"),
             "Demo: the server restarts, and is away for some seconds"},
};
static_assert(kFaults.size() == kDemoFaults.size());

const FaultRow& rowOf(DemoFault fault)
{
    return kFaults[static_cast<std::size_t>(fault)];
}

} // namespace

QString titleOf(DemoFault fault)
{
    return QCoreApplication::translate("DemoFault", rowOf(fault).title);
}

std::string announcementOf(DemoFault fault)
{
    return rowOf(fault).announcement;
}

DemoFault after(DemoFault fault)
{
    return kDemoFaults[(static_cast<std::size_t>(fault) + 1) % kDemoFaults.size()];
}

} // namespace lifeguard
