// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace lifeguard::bench {

// The talk with the program that runs the benchmark, which stops, freezes and starts the server: see "Protocol" in
// tests/bench/README.md. One thread only, except tell().
void say(std::string_view line);         // on standard output
bool waitForLine(std::string_view word); // from standard input; lines of other words are skipped; false at its end
std::string nextLine();                  // empty at the end

// One line on standard error with the steady clock's time; only the first 200, so that a pipe that nobody reads holds
// them all.
void tell(const std::exception& error);

} // namespace lifeguard::bench
