// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/runner_talk.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>

namespace lifeguard::bench {

void say(std::string_view line)
{
    std::cout << line << std::endl;
}

std::string nextLine()
{
    std::string line;
    while (line.empty() && std::getline(std::cin, line)) {
    }
    return line;
}

bool waitForLine(std::string_view word)
{
    for (std::string line = nextLine(); !line.empty(); line = nextLine())
        if (line.starts_with(word))
            return true;
    return false;
}

void tell(const std::exception& error)
{
    static std::atomic<int> told{0};
    if (told.fetch_add(1) >= 200)
        return;
    const std::chrono::duration<double, std::milli> now = std::chrono::steady_clock::now().time_since_epoch();
    std::string text(error.what());
    for (char& letter : text)
        if (letter == '\n')
            letter = ' ';
    std::fprintf(stderr, "error %.3f %.200s\n", now.count(), text.c_str());
}

} // namespace lifeguard::bench
