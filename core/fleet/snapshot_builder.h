// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/fleet.h"
#include "core/fleet/pool_manager.h"
#include "core/fleet/windows.h"

#include <map>
#include <unordered_map>

namespace lifeguard {

// Makes the fleet's snapshots, and remembers what one snapshot has to know of those before it. One thread.
class SnapshotBuilder {
  public:
    SnapshotBuilder(const FleetOptions& options, const PoolManager& manager) : m_options(options), m_manager(manager) {}

    // Pools, servers and `at`; the rest is the sampler's.
    FleetSnapshot build(TimePoint now);

  private:
    struct Track {
        TimePoint openedAt{}; // another one: the pool was closed and opened again
        LatencyWindow latency;
        CounterWindow retries;
        CounterWindow failures;
        Verdict verdict;
    };
    using States = std::map<std::string, std::shared_ptr<const MonitorState>>;

    PoolView viewOf(const ManagedPool& managed, const States& states, TimePoint now);
    PoolView viewOf(const SeenPool& seen, const MonitorState& state, TimePoint now);
    void giveVerdict(PoolView& view, TimePoint now);
    void forgetOthers(const FleetSnapshot& snapshot);

    const FleetOptions m_options;
    const PoolManager& m_manager;
    std::unordered_map<PoolKey, Track> m_tracks;
};

} // namespace lifeguard
