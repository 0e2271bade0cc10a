// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/connection_event.h"
#include "core/pool/lease.h"
#include "core/pool/pool.h"
#include "core/pool/pool_options.h"
#include "core/pool/slot_table.h"
#include "core/resilience/error_class.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace lifeguard {

// How long a caller waits: its own time-out, or the pool's; and not beyond `latest` in any case.
struct Patience {
    std::optional<std::chrono::milliseconds> timeout{};
    TimePoint latest = TimePoint::max();
};

// What Pool and Lease share: the slots, the queue of waiters, the maintenance thread and the openers. The methods are
// in eight files: pool_core.cpp (life, resets, snapshot), pool_sizing.cpp (resize, suspend, resume), pool_acquire.cpp
// and pool_waiters.cpp (callers' side), pool_maintenance.cpp (what the maintenance thread looks after),
// pool_opening.cpp (the openers), pool_rest.cpp (how connections are kept alive while nobody uses them, or let go) and
// connection_event.cpp (what is told of every lease).
//
// A lease that meets nobody else is taken and given back without a lock: see SlotTable::takeIdle() and release().
class PoolCore : public std::enable_shared_from_this<PoolCore> {
  public:
    explicit PoolCore(PoolSetup setup);
    ~PoolCore();

    PoolCore(const PoolCore&) = delete;
    PoolCore& operator=(const PoolCore&) = delete;

    void start();
    tl::expected<Lease, AcquireError> acquire(std::string&& holder, const Patience& patience,
                                              const SourceLocation& where);
    void release(Slot& slot, bool discard);

    // The same for a pool to whose every lease somebody listens; see ConnectionEvent.
    bool watched() const { return m_watched; }
    tl::expected<Lease, AcquireError> acquireWatched(std::string&& holder, const Patience& patience,
                                                     const SourceLocation& where);
    void releaseWatched(Slot& slot, bool discard);

    void setDeadline(Slot& slot, TimePoint deadline);
    void reset(bool hard, const std::string& by);
    std::vector<OptionProblem> resize(int minSize, int maxSize, const std::string& by);
    void suspend(const std::string& by);
    void resume(const std::string& by);
    bool shutdown();
    bool asleep() const;
    PoolSnapshot snapshot() const;                 // without the suspects' statements
    std::string statementOf(int backendPid) const; // as it may be told; not with m_mutex held

    const std::string& name() const { return m_name; }
    PoolOptions options() const;
    TimePoint now() const { return m_time->now(); }
    PoolHistograms histograms() const;

  private:
    using Lock = std::unique_lock<std::mutex>;

    // Why the quick way is not open to everybody now. Bits of m_gate.
    enum Gate : std::uint32_t {
        kClosed = 1,   // not running
        kWaiters = 2,  // the queue is not empty
        kWoken = 4,    // the first of it was woken and will look for an idle connection
        kStarving = 8, // the first of it waits for longer than the fairness bound: nobody may overtake
        kSurplus = 16, // there are more connections than the limit, which was lowered
    };

    // A caller in the queue; lives on the caller's stack. Leaves the queue when it is given one of the two results.
    struct Waiter {
        std::condition_variable wake;
        TimePoint since{};
        Slot* slot = nullptr; // Reserved for it
        bool fresh = false;   // the slot's connection was used or opened just now
        std::optional<AcquireFailure> failure;
    };

    // An event to be emitted after the unlock.
    struct Noted {
        Event event;
        int leakedBackend = 0; // its statement is asked for then, and added to the text
    };

    // A slot in the hands of an acquirer.
    struct Taken {
        Slot* slot = nullptr;    // Reserved
        bool handedOver = false; // straight from another caller or from opening: no need to look at it
    };

    // Locks the pool, and emits what was noted under the lock after unlocking it.
    class Section;

    // --- callers' side
    tl::expected<Lease, AcquireError> acquireSlowly(std::string&& holder, TimePoint start, const Patience& patience,
                                                    Slot* reserved, const SourceLocation& where);
    std::optional<AcquireFailure> refusal(TimePoint now);
    std::optional<DatabaseError> inspect(Lock& lock, const Taken& taken, TimePoint deadline,
                                         std::chrono::nanoseconds& validated);
    void lend(Slot& slot, std::string&& holder, const SourceLocation& where, TimePoint start, TimePoint now);
    AcquireError fail(AcquireFailure reason, TimePoint start);
    [[gnu::always_inline]] inline void leaveIdle(Slot& slot);
    void leaveToWaiter(Slot& slot);
    [[gnu::always_inline]] inline void endLease(Slot& slot);
    void releaseSlowly(Slot& slot, bool discard);
    void giveBack(Slot& slot, bool fresh); // from Reserved: to the first waiter, to Idle, or to Closing
    void retire(Slot& slot, CloseReason reason);
    CloseReason retireReason() const; // of a connection that may not be lent any more as things are
    int retireIdle(CloseReason reason);
    void noteSurplus();
    void noteLeftOpen(const Slot& slot, bool rolledBack);
    void noteLoss(const DatabaseError& error, int count, const Slot& slot, Phase phase, TimePoint workedAt);
    void markLoss(TimePoint workedAt);

    // --- the queue (pool_waiters.cpp)
    std::optional<Taken> await(Lock& lock, TimePoint start, TimePoint deadline, bool first,
                               std::optional<AcquireFailure>& failure);
    bool serveFront(Waiter& waiter);
    void leave(Waiter& waiter);
    void setGate();
    void wakeFront();
    void failWaiters(AcquireFailure reason);

    // --- the maintenance thread's side
    void run();
    bool closeRetired(Lock& lock);
    bool sweepIdle(Lock& lock);
    int survived(const Slot& slot) const;
    void judgeSweep(const std::vector<std::pair<Slot*, DatabaseError>>& dead, int alive);
    void recreate(int lost);
    void expireIdle();
    void watchLeases(); // ends those at their deadline, reports those that are held for long
    TimePoint operationDeadline(Slot& slot, TimePoint now) const;
    void cutOperation(Slot& slot, TimePoint leased, TimePoint now);
    static std::string heldBy(const Slot& slot); // " by report, acquired at orders.cpp:42 in thread 1234"
    void noticeSleep();
    void notePeak(int active) const;
    void reportFailedAcquires();
    TimePoint nextDue() const;

    // --- the openers' side
    void runOpener();
    bool room() const; // for one more connection
    bool wantsConnection() const;
    bool lacksConnection() const;
    bool mustReplace() const;
    bool mayOpen(TimePoint now);
    TimePoint openAt() const; // when the next attempt is due, should one be wanted
    bool probeUnderWay() const;
    bool openingFails() const; // now, by the last attempt
    TimePoint nextOpening() const;
    void openOne(Lock& lock);
    void opened(Slot& slot, std::unique_ptr<Session> session, Duration took);
    void openFailed(const DatabaseError& error);
    void tellRetries(std::chrono::milliseconds delay);
    std::chrono::milliseconds probeDelay(bool quick) const;
    void giveUpSeries(const DatabaseError& error, AcquireFailure reason, TimePoint retryAt, EventKind kind,
                      const std::string& text);
    void noteSuccess(); // it works: what was wrong is over, and told as such when it lasted
    void startAfresh(); // the next attempt is made at once, whatever failed before

    // --- while nobody uses them
    bool keepsAlive() const;
    TimePoint nextKeepalive() const;
    bool keepOneAlive(Lock& lock);
    void watchUse(); // falls asleep, or notices that it is used again
    void wakeUp();
    bool waking() const { return m_time->now() < m_wakeUntil; }
    std::chrono::milliseconds usualTimeout() const; // of a caller who names none

    // --- shared
    void fill(PoolFacts& facts) const;
    void noteTrouble(const DatabaseError& error);
    int leasesOut() const;
    void cutEverything();
    int live() const; // connections that can serve a caller now or when they come back
    Event event(EventKind kind, Severity severity, std::string text) const;
    void noteConnection(ConnectionEventKind kind, const Slot* slot = nullptr, Duration took = Duration{0});
    void noteClosed(const Slot& slot); // and counts it
    void noteCircuit();                // when it has changed
    void note(Event event, int leakedBackend = 0) { m_outbox.push_back({std::move(event), leakedBackend}); }
    bool nothingToTell() const
    {
        return (m_outbox.empty() && m_connectionOutbox.empty()) || m_emitter != std::thread::id{};
    }
    void flush(Lock& lock, bool mayEmit); // and unlocks
    void emitSome(Lock& lock);
    void emit(Noted noted) const; // no lock is held
    void wakeThreads();

    const std::string m_name;
    const PoolOptions m_options;
    const std::shared_ptr<Connector> m_connector;
    const std::function<void(Event)> m_onEvent;
    const std::function<void(const ConnectionEvent&)> m_onConnectionEvent;
    const bool m_watched; // there is such a listener
    const std::function<std::string(int)> m_statementOf;
    const std::shared_ptr<const TimeSource> m_time;
    const std::function<double()> m_random; // drawn from under m_mutex
    std::atomic<bool> m_giveUp{false};      // set at shutdown: an attempt to connect ends early
    std::atomic<bool> m_over{false};        // closed: nobody listens any more
    const Duration m_lookAfter; // a connection that was in use until so recently is lent without a look at its socket
    SlotTable m_slots;
    SharedHistogram m_held;                                 // how long leases were out
    SharedHistogram m_opened;                               // how long opening took, where it succeeded
    SharedHistogram m_validated;                            // how long validations took
    alignas(64) std::atomic<std::uint32_t> m_gate{kClosed}; // changed under m_mutex, read by anybody

    // Guards everything below, and every move of a slot but those between Idle and Active. Nothing that waits for a
    // server, a file or a caller's code happens under it: sessions are opened, validated, cleaned and closed, and
    // events are emitted, with it unlocked. Session::abort() doesn't wait and is allowed. Of other locks only a slot's
    // own for its holder is taken under it.
    alignas(64) mutable std::mutex m_mutex;
    std::condition_variable m_maintenance; // work for the maintenance thread
    std::condition_variable m_opening;     // work for the openers
    std::condition_variable m_drained;     // a lease or a connection is gone, during shutdown
    PoolState m_state = PoolState::Starting;
    CloseReason m_resetReason = CloseReason::SoftReset; // why connections of an older generation are closed
    bool m_cutOff = false;                              // shutdown waits no longer for the leases that are out
    bool m_allCameBack = true;                          // in time, at shutdown
    std::deque<Waiter*> m_waiters;                      // first come, first served
    std::vector<Noted> m_outbox;                        // emitted after the unlock
    std::vector<ConnectionEvent> m_connectionOutbox;    // likewise
    CircuitState m_circuitNoted = CircuitState::Closed;
    bool m_unready = false;    // PoolCleared was told, PoolReady will be
    std::thread::id m_emitter; // who emits now: one at a time, so that they keep their order
    Circuit m_circuit;
    int m_attempt = 0;       // failed attempts in this series
    int m_quickAttempts = 0; // of those that may be repeated quickly (see Pace)
    int m_alike = 0;         // failed attempts in a row with the same SQLSTATE
    int m_untold = 0;        // retries since the last event about them
    TimePoint m_retryToldAt{};
    TimePoint m_seriesSince{}; // when the first attempt of this series failed
    TimePoint m_nextAttemptAt{};
    TimePoint m_fillAt{};        // no connection is opened before this that nobody waits for
    bool m_replacing = false;    // a lost connection is to be replaced, since it is needed
    bool m_stopped = false;      // the circuit is open because no retry can mend it
    bool m_keepingAlive = false; // an opener asks an idle connection now; the others are for opening
    bool m_surplus = false;      // there are more connections than the limit
    TimePoint m_wakeUntil{}; // so long the first connection after the pool was asleep may take; unset once it is there
    std::uint64_t m_leasesSeen = 0; // when last looked
    TimePoint m_usedAt{};           // when last seen in use
    TimePoint m_nextSweepAt{};
    TimePoint m_nextLookAt{}; // when the maintenance thread wakes by itself
    bool m_sweepAll = false;  // look at those too that were in use a moment ago
    Duration m_slept{0};      // of the machine, when last looked
    int m_lostSinceSweep = 0;
    std::uint64_t m_lossMark = 0; // connections from this number on were opened after the first of those losses
    TimePoint m_lossMarkAt{};     // when it was set; what worked before and is lost now was lost with those
    bool m_lostAll = false;       // one of those was of a kind that ends all connections together
    std::uint64_t m_nextConnection = 1;
    bool m_noticeTold = false;    // see ServerInfo::notice
    int m_unreportedFailures = 0; // of acquires, since the last event about them
    std::optional<AcquireError> m_lastFailure;
    TimePoint m_failuresReportedAt{};
    mutable PoolSnapshot m_numbers;   // the counters; what can be counted from the slots is filled in by snapshot()
    std::shared_ptr<PoolCore> m_self; // after shutdown, while leases are still out
    std::thread m_thread;
    std::vector<std::thread> m_openers;
};

// Emits the noted events when it ends.
class PoolCore::Section {
  public:
    explicit Section(PoolCore& core)
        : m_core(core)
        , m_lock(core.m_mutex)
        , m_mayEmit((core.m_outbox.empty() && core.m_connectionOutbox.empty())
                    || core.m_thread.get_id() == std::this_thread::get_id())
    {
    }
    ~Section() { m_core.flush(m_lock, m_mayEmit); }

    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

    Lock& lock() { return m_lock; }

  private:
    PoolCore& m_core;
    Lock m_lock;
    const bool m_mayEmit; // nothing older waits, or this is the maintenance thread
};

} // namespace lifeguard
