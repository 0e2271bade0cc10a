// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/health/health.h"

#include <optional>

namespace lifeguard {

// Turns single answers into a verdict that doesn't flicker: it takes two answers in a row on the same side of the
// verdict to move it, and it moves to the nearer of the two. From unknown, the first answer counts at once. Pure.
class Hysteresis {
  public:
    HealthStatus verdict() const { return m_verdict; }

    // Returns whether the verdict changed.
    bool record(HealthStatus answer);

  private:
    HealthStatus m_verdict = HealthStatus::Unknown;
    std::optional<HealthStatus> m_pending; // the answer before, when it differed from the verdict
};

} // namespace lifeguard
