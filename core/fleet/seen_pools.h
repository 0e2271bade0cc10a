// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/driver.h"
#include "core/fleet/fleet_snapshot.h"

#include <string>
#include <vector>

namespace lifeguard {

// An application's pool as its server showed it last.
struct SeenPool {
    PoolKey key;
    ObservedPool pool;
    TimePoint lastSeen{}; // with at least one connection
};

// An application's pool without connections stays on the screen for this long, so that the application's restart
// doesn't tear its row away.
inline constexpr std::chrono::seconds kSeenPoolLinger{30};

// The application's name, or words for none.
std::string displayName(const ObservedPool& pool);

// How an application's pool is named within the fleet.
PoolKey observedKey(const std::string& server, const ObservedPool& pool);

// The pools of this look, and empty ones for those that had connections a short while ago; by key.
std::vector<SeenPool> mergeSeen(const std::vector<SeenPool>& before, const std::string& server,
                                const ServerActivity& activity);

} // namespace lifeguard
