// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/fleet_snapshot.h"

#include <cstddef>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace lifeguard {

// One point of a pool's charts. Counts are whole; latencies are in milliseconds, negative where there was no acquire.
struct HistoryPoint {
    WallTime at{};
    std::int16_t active = 0;
    std::int16_t idle = 0;
    std::int16_t waiting = 0;
    std::int16_t limit = 0;
    float p50 = -1;
    float p95 = -1;
    float p99 = -1;
    bool known = true; // false: the pool could not be sampled; charts leave a gap
};

// What each pool's charts were made of. Every sample of the last 15 minutes, and the worst of each 10 s for 24 hours.
// The sampler writes, the screen reads; each call holds the lock only to copy.
class History {
  public:
    static constexpr std::chrono::minutes kFine{15};
    static constexpr std::chrono::seconds kCoarseStep{10};
    static constexpr std::chrono::hours kCoarse{24};

    void record(const FleetSnapshot& snapshot);

    // Points newer than `after`, oldest first: coarse ones up to where the fine ones begin, then fine ones.
    std::vector<HistoryPoint> since(const PoolKey& pool, WallTime after) const;

  private:
    struct Track {
        std::deque<HistoryPoint> fine;
        std::deque<HistoryPoint> coarse;
    };
    static void append(Track& track, const HistoryPoint& point);

    mutable std::mutex m_mutex; // guards m_tracks
    std::unordered_map<PoolKey, Track> m_tracks;
};

} // namespace lifeguard
