// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace lifeguard {

// Exponential backoff: base, base x 2, base x 4, ... up to a cap, each moved by a random share.
struct BackoffPolicy {
    int attempts = 5; // tries in one series, the first included
    std::chrono::milliseconds base{500};
    std::chrono::milliseconds cap{5000};
    double jitter = 0.2; // a delay is moved by at most this share, up or down (0..1)

    bool operator==(const BackoffPolicy&) const = default;
};

// The delay before attempt number `attempt` + 1, when number `attempt` (from 1) has failed. `random` is uniform in
// 0..1; 0.5 gives the delay without jitter.
std::chrono::milliseconds backoffDelay(const BackoffPolicy& policy, int attempt, double random);

} // namespace lifeguard
