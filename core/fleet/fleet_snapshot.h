// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/fleet/environment.h"
#include "core/fleet/observed_pool.h"
#include "core/fleet/verdict.h"
#include "core/health/health.h"
#include "core/pool/diagnosis.h"
#include "core/pool/pool_snapshot.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lifeguard {

// The name of a pool within the fleet: the profile's name for a managed pool; server, application, user, database and
// client host for one that is seen from the server. Stable over the life of the fleet.
using PoolKey = std::string;

enum class PoolKind {
    Managed,  // its connections are this program's own
    Observed, // an application's, seen through pg_stat_activity
};

// Percentiles of the acquires within the last five seconds.
struct LatencySummary {
    std::uint64_t samples = 0;
    std::chrono::microseconds p50{0};
    std::chrono::microseconds p95{0};
    std::chrono::microseconds p99{0};
};

// One pool at one instant, of either kind.
struct PoolView {
    PoolKey key;
    PoolKind kind = PoolKind::Managed;
    std::string name;
    std::string target;                                 // "db.internal:5432/orders"
    std::string server;                                 // the ServerView it belongs to
    std::string serverVersion;                          // "15.18"; empty until known
    Environment environment = Environment::Development; // an application's: the gravest of the profiles on its server
    bool readOnly = false; // actions on it are refused: by its profile, one on its server, or the whole console
    TimePoint sampledAt{}; // of the numbers below: older than `at` when the server doesn't answer
    Verdict verdict;

    std::optional<PoolSnapshot> managed;
    std::optional<ServerLoad> load; // managed; while the server can be looked at
    std::optional<ObservedPool> observed;

    LatencySummary acquire;        // managed
    int retriesLast5Min = 0;       // managed
    int failuresLast5Min = 0;      // managed: acquires that failed
    std::vector<CheckView> checks; // managed; in the order of CheckKind

    int active() const;
    int idle() const;
    int waiting() const; // callers in the queue; for an observed pool the sessions that wait for a lock
    int total() const;
    int limit() const; // maxSize; 0 when unknown (observed)
};

// One server and what the console costs it.
struct ServerView {
    std::string name; // "db.internal:5432"
    bool connected = false;
    TimePoint sampledAt{};
    std::chrono::microseconds sampleTook{0};
    int maxConnections = 0;
    int usedConnections = 0;
    int ownConnections = 0;  // the console's, of those
    bool resting = false;    // all of its pools are asleep, so it isn't looked at
    bool restricted = false; // the role may not read other users' sessions: numbers are incomplete
    std::string error;       // why it isn't connected; empty else
    std::string sqlState;
};

// Everything that the screen shows, at one instant. Immutable once published.
struct FleetSnapshot {
    std::uint64_t sequence = 0;
    TimePoint at{};
    WallTime wallAt{};
    std::chrono::milliseconds interval{250};
    std::uint64_t missedSamples = 0;
    std::vector<PoolView> pools; // managed first, each kind by name; the screen sorts for itself
    std::vector<ServerView> servers;

    const PoolView* find(const PoolKey& key) const;
};
using FleetSnapshotPtr = std::shared_ptr<const FleetSnapshot>;

} // namespace lifeguard
