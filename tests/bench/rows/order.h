// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

namespace lifeguard::bench {

// What the command line asks for: `bench_x ROW --conninfo "host=... port=..." --seconds N`.
struct Order {
    std::string row;      // "a1", "a2", "a8", "h", "b", "c", "d", "e" or "f"
    std::string conninfo; // libpq keywords
    std::chrono::duration<double> seconds{3};
};

// Throws std::invalid_argument with a sentence.
Order orderFrom(int argc, char** argv);

} // namespace lifeguard::bench
