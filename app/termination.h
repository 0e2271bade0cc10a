// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>

namespace lifeguard {

// Calls `act` on the thread of `context` when the process gets SIGINT, SIGTERM or SIGHUP, so that it ends as by its
// menu. Once per process.
void onTerminationSignal(QObject* context, std::function<void()> act);

} // namespace lifeguard
