// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"
#include "core/resilience/circuit.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lifeguard {

enum class PoolState {
    Starting,
    Running,
    Suspended, // by hand: callers wait
    ShuttingDown,
    Closed,
};
std::string_view nameOf(PoolState state);

// How a pool fares at one instant: what its snapshot and a failed acquire have in common, and what diagnose() puts into
// words. Taken under one lock, so its sums add up.
struct PoolFacts {
    TimePoint at{};
    PoolState state = PoolState::Starting;
    CircuitState circuit = CircuitState::Closed;
    TimePoint circuitRetryAt{}; // while open; TimePoint::max() when only a person can close it

    int maxSize = 0;
    bool asleep = false; // nobody has asked for long, and no connection is kept
    int active = 0;      // leased
    int idle = 0;        // ready, or being validated
    int opening = 0;
    int closing = 0;
    int waiting = 0; // callers in the queue; of a failed acquire: the others
    std::chrono::milliseconds oldestWait{0};
    std::chrono::milliseconds oldestLease{0}; // for how long the oldest one is out; 0 while there is none
    std::string oldestHolder;                 // who has it; may be empty

    std::optional<DatabaseError> lastError; // of the newest failed attempt; cleared when it works again
    TimePoint troubleSince{};               // when the present failures began; unset (epoch) while all is well
    WallTime downSince{};                   // the same, for people
    int attempt = 0;                        // attempts to connect that failed since then
    TimePoint nextAttemptAt{}; // unset while none has failed; TimePoint::max() while one is under way or none is due

    // Never above maxSize, but for a time after that was lowered while connections were leased.
    int total() const { return active + idle + opening + closing; }
    bool stopped() const { return circuit == CircuitState::Open && circuitRetryAt == TimePoint::max(); }
};

} // namespace lifeguard
