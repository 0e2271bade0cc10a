// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"

#include <chrono>
#include <optional>
#include <string>

namespace lifeguard {

enum class AcquireFailure {
    Timeout,      // the deadline came first
    CircuitOpen,  // the server is being left alone, see lastError
    Stopped,      // an error that no retry can mend, see lastError
    Exhausted,    // the series of attempts failed while waiting
    ShuttingDown, // the pool is closing or closed
};

// Why an acquire gave no lease, with the numbers of that instant.
struct AcquireError {
    AcquireFailure reason = AcquireFailure::Timeout;
    std::chrono::milliseconds waited{0};
    int active = 0;
    int idle = 0;
    int waiting = 0; // other callers
    int total = 0;
    int maxSize = 0;
    std::optional<DatabaseError> lastError;
};

// One sentence with all the numbers, for engineers.
std::string describe(const AcquireError& error);

} // namespace lifeguard
