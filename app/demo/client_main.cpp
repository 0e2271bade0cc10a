// SPDX-License-Identifier: GPL-3.0-or-later
// An application for the demo: a real process with connections of its own. It lives until its standard input ends.
#include "app/demo/client_habits.h"

#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

// The value that follows an option; empty when it isn't there.
std::string valueOf(const std::string& option, int count, char** arguments)
{
    for (int i = 1; i + 1 < count; ++i)
        if (arguments[i] == option)
            return arguments[i + 1];
    return {};
}

} // namespace

int main(int count, char** arguments)
{
    const lifeguard::Habit habit = lifeguard::habitNamed(valueOf("--habit", count, arguments));
    const std::string connection = valueOf("--connection", count, arguments);
    if (habit == nullptr || connection.empty()) {
        std::fputs("usage: lifeguard-demo-client --habit shop-web|reports|legacy-cron --connection STRING\n", stderr);
        return 2;
    }
    lifeguard::Ending ending;
    std::thread life([&] { habit(connection, ending); });
    char ignored = 0;
    while (read(STDIN_FILENO, &ignored, 1) > 0) {
    }
    ending.request();
    life.join();
    return 0;
}
