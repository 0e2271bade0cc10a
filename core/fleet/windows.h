// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/histogram.h"
#include "core/fleet/fleet_snapshot.h"

#include <cstdint>
#include <deque>

namespace lifeguard {

// What happened within the last while, from numbers that only grow. Plain values; one thread.

// Percentiles over the last five seconds, from copies of a pool's histogram.
class LatencyWindow {
  public:
    static constexpr std::chrono::seconds kLength{5};

    LatencySummary record(const Histogram& sinceOpening, TimePoint now);

  private:
    struct Sample {
        TimePoint at;
        Histogram histogram;
    };
    std::deque<Sample> m_samples;
};

// How much a counter grew within the last five minutes.
class CounterWindow {
  public:
    static constexpr std::chrono::minutes kLength{5};

    int record(std::uint64_t sinceOpening, TimePoint now);

  private:
    struct Sample {
        TimePoint at;
        std::uint64_t count;
    };
    std::deque<Sample> m_samples; // only where the count changed
};

} // namespace lifeguard
