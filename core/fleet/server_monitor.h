// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/journal.h"
#include "core/fleet/command.h"
#include "core/fleet/driver.h"
#include "core/fleet/fleet_snapshot.h"
#include "core/fleet/seen_pools.h"
#include "core/health/health_monitor.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lifeguard {

// What a monitor knows. Immutable once published.
struct MonitorState {
    ServerView server;
    std::string version;
    std::vector<SeenPool> seen;
    std::map<PoolKey, HealthMonitor> health; // of the managed pools on this server
    std::map<int, std::string> statements;   // of the console's own sessions, by pid; none while the server is away
};

// One managed pool on the monitor's server, with the probes that its profile gives.
struct MonitoredPool {
    PoolKey key;
    std::string database;
    std::unique_ptr<ServerProbe> serverProbe; // that of the first pool is used; the others stand by
    std::unique_ptr<HealthProbe> healthProbe;
    // Called once the pool's login works, on the monitor's thread, until it is true: looks at what isn't asked again.
    std::function<bool(TimePoint deadline)> examine = {};
    // Whether nobody uses the pool and it lets its server sleep; may be empty. Must not wait.
    std::function<bool()> asleep = {};
};

struct MonitorSetup {
    std::string server;
    std::chrono::milliseconds activityInterval{1'000};
    std::chrono::milliseconds healthInterval{5'000};
    std::chrono::milliseconds probeTimeout{3'000};
    std::shared_ptr<const TimeSource> time;
    Journal* journal = nullptr;
};

// Looks at one server, on a thread of its own ("lg-mon-…"), never twice at once: its activity at each activityInterval,
// and for each of its pools a round of health checks at each healthInterval. Every method may be called from any
// thread; those that talk to the server say so, and wait at most two probe time-outs.
class ServerMonitor {
  public:
    explicit ServerMonitor(MonitorSetup setup);
    ~ServerMonitor(); // stop() and join()

    ServerMonitor(const ServerMonitor&) = delete;
    ServerMonitor& operator=(const ServerMonitor&) = delete;

    const std::string& server() const { return m_setup.server; }

    void add(MonitoredPool pool);
    void remove(const PoolKey& key); // may wait for a probe of this pool that is under way
    bool empty() const;              // watches no pool

    std::shared_ptr<const MonitorState> state() const;

    // What one of the console's own sessions ran at the last look, from memory; empty when that isn't known.
    std::string statementOf(int backendPid) const;

    // Looks soon, even where an earlier error said that no retry can mend it.
    void wake();

    // Talks to the server: runs the pool's checks now and gives what is known of them then.
    tl::expected<std::vector<CheckView>, DatabaseError> checkNow(const PoolKey& key);

    // Talks to the server: looks again, then ends the connections of an application's pool, the idle ones (soft) or
    // all.
    tl::expected<std::vector<EndReport>, DatabaseError> end(const PoolKey& observed, ResetKind kind);

    void stop(); // asks the thread to end; returns at once
    void join(); // after stop(): waits for the thread, one probe time-out at most; one caller only

  private:
    struct Member {
        MonitoredPool pool;
        TimePoint nextCheck{};
        bool stopped = false; // its login can't work until somebody asks again
        bool works = false;   // its login, when last checked

        bool asleep() const { return pool.asleep && pool.asleep(); }
    };

    class Visit;

    void run();
    void askAgain();
    TimePoint step(); // one turn of the loop; returns when the next is due
    bool wanted();    // by stop() or a visitor
    bool rests();     // all of its pools are asleep; nothing is asked of the server then
    std::optional<DatabaseError> sample();
    void sampled(const ServerActivity& activity);
    void sampleFailed(const DatabaseError& error);
    void check(Member& member);
    void examine(Member& member);
    void publish(const std::shared_ptr<MonitorState>& next);
    std::shared_ptr<MonitorState> copyOfState() const;
    void tell(EventKind kind, Severity severity, std::string text, const DatabaseError& error = {}) const;
    TimePoint now() const { return m_setup.time->now(); }

    const MonitorSetup m_setup;

    // Held while the probes are used, so across I/O, but only by the monitor's own thread and by command workers (a
    // Visit). Guards the block below. Taken before m_mutex.
    mutable std::mutex m_io;
    std::vector<std::unique_ptr<Member>> m_members;
    std::optional<ServerActivity> m_activity; // of the newest look; empty when it failed
    TimePoint m_nextSample{};
    bool m_sampleStopped = false;
    bool m_resting = false;
    int m_failures = 0; // looks that failed in a row
    TimePoint m_lostAt{};

    mutable std::mutex m_mutex; // guards the block below; held only to copy
    std::condition_variable m_wake;
    std::shared_ptr<const MonitorState> m_state;
    std::size_t m_watched = 0;
    int m_visitors = 0; // waiting for m_io; the monitor's thread lets them pass
    bool m_woken = false;
    bool m_askAgain = false;
    bool m_stop = false;

    std::thread m_thread; // the last member, so that it starts when all else is there
};

} // namespace lifeguard
