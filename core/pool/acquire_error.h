// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool_facts.h"

#include <chrono>
#include <string>
#include <string_view>

namespace lifeguard {

enum class AcquireFailure {
    Timeout,      // the deadline came first
    CircuitOpen,  // the server is being left alone, see lastError
    Stopped,      // an error that no retry can mend, see lastError
    Exhausted,    // the series of attempts failed while waiting
    ShuttingDown, // the pool is closing or closed
};

// Why an acquire gave no lease, with the facts of that instant. diagnose() makes one line of them.
struct AcquireError : PoolFacts {
    AcquireFailure reason = AcquireFailure::Timeout;
    std::chrono::milliseconds waited{0};
};

// One sentence with the diagnosis and all the numbers, for engineers.
std::string describe(const AcquireError& error);

// Words for an application's users: a pool that is full and a database that is away are told apart, in terms of what
// they can do.
std::string_view messageForUsers(const AcquireError& error);

} // namespace lifeguard
