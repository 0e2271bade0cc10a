// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/journal.h"
#include "core/fleet/driver.h"
#include "core/fleet/fleet.h"
#include "core/fleet/pool_closer.h"
#include "core/fleet/server_monitor.h"
#include "core/pool/pool.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lifeguard {

// A profile that was opened. Immutable, but for what the pool and the monitor do within.
struct ManagedPool {
    PoolKey key;
    Profile profile;
    Target target;
    std::shared_ptr<Pool> pool;
    std::shared_ptr<ServerMonitor> monitor;
    std::unique_ptr<PoolCloser> closer;
};

// Why something was not done, and what to do about it.
struct Refusal {
    std::string text; // every problem
    std::string sqlState;
    std::string advice;
};

// The open pools and one monitor for each server that they are on. Any thread; open() and close() wait, so they are for
// command workers.
class PoolManager {
  public:
    PoolManager(const FleetOptions& options, std::shared_ptr<Driver> driver, std::shared_ptr<const TimeSource> time,
                std::shared_ptr<Journal> journal);
    ~PoolManager(); // shutdown()

    PoolManager(const PoolManager&) = delete;
    PoolManager& operator=(const PoolManager&) = delete;

    // Adds a pool and has its server monitored, or says everything that is wrong with the profile and adds nothing.
    std::optional<Refusal> open(const Profile& profile, const std::string& password);

    // Shuts the pool down and forgets it. False when there is none of this name.
    bool close(const PoolKey& key);

    std::shared_ptr<const ManagedPool> find(const PoolKey& key) const;
    std::vector<std::shared_ptr<const ManagedPool>> pools() const; // by name

    // An open profile that forbids actions on an application's pool of this server, since it is what the server is
    // watched through; null when none does.
    std::shared_ptr<const ManagedPool> readOnlyOn(const std::string& server) const;

    // The gravest among the open profiles on this server: who acts on an application there acts on that.
    Environment environmentOf(const std::string& server) const;

    std::vector<std::shared_ptr<ServerMonitor>> monitors() const; // by server

    // Closes every pool at the same time and stops the monitors; creates no thread. Idempotent.
    void shutdown();

  private:
    std::optional<Refusal> problemsOf(const Profile& profile, const tl::expected<Target, DatabaseError>& target) const;
    std::shared_ptr<ServerMonitor> monitorOf(const std::string& server);
    // What the configuration doctor finds at once is told here; the rest when the monitor calls this, which ends with
    // us.
    std::function<bool(TimePoint)> doctorFor(const Profile& profile, const std::string& password, const Target& target);
    std::shared_ptr<const ManagedPool> make(const Profile& profile, const std::string& password, const Target& target);

    const FleetOptions m_options;
    const std::shared_ptr<Driver> m_driver;
    const std::shared_ptr<const TimeSource> m_time;
    const std::shared_ptr<Journal> m_journal; // shared with the pools, which callers may keep for longer

    // One pool is added or removed at a time. Held across waits for a monitor; only command workers take it, before
    // m_mutex.
    std::mutex m_change;

    mutable std::mutex m_mutex; // guards the three below; held only to look and to copy
    std::map<PoolKey, std::shared_ptr<const ManagedPool>> m_pools;
    std::map<std::string, std::shared_ptr<ServerMonitor>> m_monitors;
    bool m_closed = false;
};

} // namespace lifeguard
