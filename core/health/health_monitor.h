// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/health/health.h"
#include "core/health/hysteresis.h"

#include <array>
#include <deque>
#include <vector>

namespace lifeguard {

// A verdict that became another one.
struct VerdictChange {
    HealthStatus from = HealthStatus::Ok;
    HealthStatus to = HealthStatus::Ok;
    CheckResult result; // the answer that moved it
};

// Answers older than this many intervals are stale.
inline constexpr int kStaleIntervals = 3;

// The state of one pool's health checks. A plain value: whoever owns it locks it.
class HealthMonitor {
  public:
    // Returns what is worth telling: changes between known verdicts. A check is taken to be ok until it says otherwise,
    // and turning unknown isn't told, since its cause is told where it happened.
    std::vector<VerdictChange> record(const std::vector<CheckResult>& results, TimePoint now);

    // One view for each kind of check, in their order. `interval`: of the checks.
    std::vector<CheckView> views(TimePoint now, std::chrono::milliseconds interval) const;

  private:
    struct Track {
        Hysteresis hysteresis;
        HealthStatus told = HealthStatus::Ok;
        TimePoint since{};
        CheckResult newest;
        std::deque<HealthStatus> history;
    };
    std::array<Track, kCheckKinds> m_tracks;
};

} // namespace lifeguard
