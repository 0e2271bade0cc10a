// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/journal.h"
#include "core/fleet/command.h"
#include "core/fleet/driver.h"
#include "core/fleet/fleet_snapshot.h"
#include "core/fleet/history.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lifeguard {

class Pool;

struct FleetOptions {
    std::chrono::milliseconds sampleInterval{250};     // 4 Hz
    std::chrono::milliseconds activityInterval{1'000}; // pg_stat_activity, per server
    std::chrono::milliseconds healthInterval{5'000};   // health checks, per pool
    std::chrono::milliseconds probeTimeout{3'000};     // for one look or one round of checks
    std::string actor;                                 // "ops@workstation": named in the events of commands
    bool readOnly = false; // pools are opened and watched, and every action on them is refused
    std::string auditFile; // one JSON line per action; empty: the journal alone has them
};

// The engine behind the screen: the pools, one monitor per server, the sampler and the command runner, each on threads
// of their own. Every method may be called from any thread and returns at once, but for shutdown().
class Fleet {
  public:
    Fleet(FleetOptions options, std::shared_ptr<Driver> driver, std::shared_ptr<const TimeSource> time = nullptr);
    ~Fleet(); // shutdown()

    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    // Carries the command to a worker; its end is an event in the journal and a call of the outcome listener. Returns
    // the ticket.
    std::uint64_t submit(Command command);

    FleetSnapshotPtr snapshot() const; // the newest; never null
    const History& history() const;
    Journal& journal();

    // A managed pool by its key, for traffic of one's own (the demo's); null when there is none.
    std::shared_ptr<Pool> pool(const PoolKey& key) const;

    // Called on the sampler's thread after each sample, and on a worker's thread after each command. Set them before
    // the first command.
    void setSnapshotListener(std::function<void(FleetSnapshotPtr)> listener);
    void setOutcomeListener(std::function<void(const CommandOutcome&)> listener);

    // Stops the threads and shuts all pools down, at once, within their time-out. Idempotent. No listener is called
    // afterwards.
    void shutdown();

  private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lifeguard
