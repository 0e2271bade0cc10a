// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/termination.h"

#include <QSocketNotifier>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace lifeguard {

namespace {

int signalPipe[2] = {-1, -1};

// A signal handler may do next to nothing; writing to a pipe is allowed.
void wakeUp(int)
{
    const char byte = 1;
    [[maybe_unused]] const ssize_t written = write(signalPipe[1], &byte, 1);
}

} // namespace

void onTerminationSignal(QObject* context, std::function<void()> act)
{
    if (signalPipe[0] < 0 && pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto* notifier = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read, context);
    QObject::connect(notifier, &QSocketNotifier::activated, context, [act = std::move(act)] {
        char byte = 0;
        while (read(signalPipe[0], &byte, 1) == 1) {
        }
        act();
    });
    struct sigaction action {};
    action.sa_handler = &wakeUp;
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaction(number, &action, nullptr);
}

} // namespace lifeguard
