// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"
#include "core/postgres/call.h"

#include <functional>
#include <optional>

namespace lifeguard {

// How one attempt of a call failed.
struct CallFault {
    DatabaseError error;
    bool safe = false;            // to do again
    std::optional<CallEnd> end{}; // the call ends with it whatever else holds
};

// One attempt on a lease of its own, which ends by the deadline.
using CallAttempt = std::function<std::optional<CallFault>(Lease& lease, TimePoint deadline)>;

// Acquires and attempts until it succeeds, may not go on, or `deadline` passes; no lease is held in the pauses. What
// the attempt throws passes through. Any thread.
std::optional<CallError> attemptUntil(TimePoint deadline, Pool& pool, const CallOptions& options,
                                      const CallAttempt& attempt);

} // namespace lifeguard
