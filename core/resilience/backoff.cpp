// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/backoff.h"

#include <algorithm>
#include <cmath>

namespace lifeguard {

std::chrono::milliseconds backoffDelay(const BackoffPolicy& policy, int attempt, double random)
{
    const int doublings = std::clamp(attempt - 1, 0, 30);
    const double plain = std::min(std::ldexp(static_cast<double>(policy.base.count()), doublings),
                                  static_cast<double>(policy.cap.count()));
    const double moved = plain * (1.0 + policy.jitter * (2.0 * std::clamp(random, 0.0, 1.0) - 1.0));
    return std::chrono::milliseconds{std::llround(std::max(0.0, moved))};
}

} // namespace lifeguard
