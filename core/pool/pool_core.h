// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/lease.h"
#include "core/pool/pool.h"
#include "core/pool/slot.h"
#include "core/resilience/error_class.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace lifeguard {

// What Pool and Lease share: the slots, the queue of waiters and the maintenance thread. The methods are in three
// files: pool_core.cpp (life, resets, snapshot), pool_acquire.cpp (callers' side), pool_maintenance.cpp (the thread's
// side).
class PoolCore : public std::enable_shared_from_this<PoolCore> {
  public:
    explicit PoolCore(PoolSetup setup);
    ~PoolCore();

    PoolCore(const PoolCore&) = delete;
    PoolCore& operator=(const PoolCore&) = delete;

    void start();
    tl::expected<Lease, AcquireError> acquire(std::string holder, std::chrono::milliseconds timeout);
    void release(std::size_t slot, bool discard);
    void reset(bool hard, const std::string& by);
    bool shutdown();
    PoolSnapshot snapshot() const;

    const std::string& name() const { return m_name; }
    const PoolOptions& options() const { return m_options; }

  private:
    using Lock = std::unique_lock<std::mutex>;

    // A caller in the queue; lives on the caller's stack. Leaves the queue when it is given one of the two results.
    struct Waiter {
        std::condition_variable wake;
        TimePoint since{};
        std::optional<std::size_t> slot; // Reserved for it
        bool fresh = false;              // the slot's connection was used or opened just now
        std::optional<AcquireFailure> failure;
    };

    // A slot in the hands of an acquirer.
    struct Taken {
        std::size_t slot = 0;
        bool handedOver = false; // straight from another caller or from opening: no need to look at it
    };

    // Locks the pool, and emits what was noted under the lock after unlocking it.
    class Section;

    // --- callers' side
    std::optional<AcquireFailure> refusal(TimePoint now);
    std::optional<Taken> take(Lock& lock, TimePoint start, TimePoint deadline, bool first,
                              std::optional<AcquireFailure>& failure);
    std::optional<DatabaseError> inspect(Lock& lock, const Taken& taken, TimePoint deadline,
                                         std::chrono::nanoseconds& validated);
    Lease lend(std::size_t slot, std::string holder, TimePoint start, std::chrono::nanoseconds validated);
    AcquireError fail(AcquireFailure reason, TimePoint start);
    void giveBack(std::size_t slot, bool fresh); // from Reserved: to the first waiter, to Idle, or to Closing
    void retire(std::size_t slot, CloseReason reason);
    void noteLoss(const DatabaseError& error, int count, ConnectionId connection, Phase phase);
    void failWaiters(AcquireFailure reason);

    // --- the maintenance thread's side
    void run();
    bool closeRetired(Lock& lock);
    bool sweepIdle(Lock& lock);
    void judgeSweep(const std::vector<std::pair<std::size_t, DatabaseError>>& dead, std::size_t alive);
    void recreate(int lost);
    void expireIdle();
    void reportLeaks();
    void reportFailedAcquires();
    bool openOne(Lock& lock);
    void opened(std::size_t slot, std::unique_ptr<Session> session, std::uint64_t generation);
    void openFailed(const DatabaseError& error);
    void giveUpSeries(const DatabaseError& error, AcquireFailure reason, TimePoint retryAt, EventKind kind,
                      const std::string& text);
    void noteSuccess(); // it works: what was wrong is over, and told as such when it lasted
    bool wantsConnection() const;
    TimePoint nextDue() const;

    // --- shared
    void move(std::size_t slot, SlotState to);
    int count(SlotState state) const;
    int live() const; // connections that can serve a caller now or when they come back
    bool finished() const;
    Event event(EventKind kind, Severity severity, std::string text) const;
    void note(Event event) { m_outbox.push_back(std::move(event)); }
    void flush(Lock& lock);

    const std::string m_name;
    const PoolOptions m_options;
    const std::shared_ptr<Connector> m_connector;
    const std::function<void(Event)> m_onEvent;
    const std::shared_ptr<const TimeSource> m_time;
    const std::function<double()> m_random;
    std::atomic<bool> m_giveUp{false}; // set at shutdown: an attempt to connect ends early

    // Guards everything below. Nothing that waits for a server, a file or a caller's code happens under it: sessions
    // are opened, validated, cleaned and closed, and events are emitted, with it unlocked. Session::abort() doesn't
    // wait and is allowed. No other lock is taken under it.
    mutable std::mutex m_mutex;
    std::condition_variable m_maintenance; // work for the thread
    std::condition_variable m_drained;     // a lease or a connection is gone, during shutdown
    PoolState m_state = PoolState::Starting;
    bool m_cutOff = false; // shutdown waits no longer for the leases that are out
    std::vector<Slot> m_slots;
    std::vector<std::size_t> m_idle; // the slots that are Idle; the most recently used last
    std::deque<Waiter*> m_waiters;   // first come, first served
    std::vector<Event> m_outbox;     // noted, to be emitted after the unlock
    Circuit m_circuit;
    int m_attempt = 0; // failed attempts in this series
    TimePoint m_nextAttemptAt{};
    bool m_replacing = false; // a lost connection is to be replaced, since it is needed
    bool m_stopped = false;   // the circuit is open because no retry can mend it
    TimePoint m_nextSweepAt{};
    int m_lostSinceSweep = 0;
    bool m_lostAll = false; // one of those was of a kind that ends all connections together
    std::uint64_t m_nextConnection = 1;
    int m_unreportedFailures = 0; // of acquires, since the last event about them
    std::optional<AcquireError> m_lastFailure;
    TimePoint m_failuresReportedAt{};
    PoolSnapshot m_numbers; // the counters; what can be counted from the slots is filled in by snapshot()
    std::thread m_thread;
};

// Emits the noted events when it ends.
class PoolCore::Section {
  public:
    explicit Section(PoolCore& core) : m_core(core), m_lock(core.m_mutex) {}
    ~Section() { m_core.flush(m_lock); }

    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

    Lock& lock() { return m_lock; }

  private:
    PoolCore& m_core;
    Lock m_lock;
};

} // namespace lifeguard
