// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/source_location.h"
#include "core/base/strong_id.h"
#include "core/pool/pool_snapshot.h"
#include "core/pool/session.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include <string>
#include <string_view>

namespace lifeguard {

// A place for one connection. Every state but Empty counts against the pool's limit.
enum class SlotState : std::uint32_t {
    Empty,
    Opening,   // an opener is connecting
    Idle,      // ready to be lent
    Reserved,  // one thread holds it to validate, peek or hand it over; nobody else may touch it
    Active,    // leased
    Returning, // its caller is giving it back, and does so without waiting for anything
    Closing,   // waits for the maintenance thread to close it
};
inline constexpr std::size_t kSlotStates = 7;
std::string_view nameOf(SlotState state);
bool moveAllowed(SlotState from, SlotState to);

// What happened to a connection while it was leased; its release takes the slow way then.
enum class SlotFlag : std::uint32_t {
    None = 0,
    Stale = 0x100, // its generation was reset, or it must not go back unnoticed for another reason
    Cut = 0x200,   // aborted: by a hard reset, by shutdown or at its deadline
};

// One slot. Its state is one atomic word, so that the moves that matter for speed, Idle to Active, to Returning and to
// Idle again, need no lock; nor does Idle to Reserved. Every other move is made under the pool's mutex. Who moved it to
// Reserved, Active, Opening or Closing owns the session until the next move.
class alignas(64) Slot {
    // What every acquire touches comes first, to be in one line of the processor's cache.
    std::atomic<std::uint32_t> m_word{0};
    bool m_named = false;                     // the owner's: m_holder is not empty
    bool m_timed = true;                      // the owner's: see beginLease()
    std::atomic<int> m_thread{0};             // of the kernel, of the last lease
    std::atomic<Duration::rep> m_leasedAt{0}; // 0 while not leased
    std::atomic<Duration::rep> m_idleSince{0};
    std::atomic<Duration::rep> m_deadline{TimePoint::max().time_since_epoch().count()};
    std::atomic<std::uint64_t> m_leases{0};
    std::atomic<SourceLocation> m_where{};

  public:
    SlotState state() const { return stateOf(m_word.load()); }
    bool flagged(SlotFlag flag) const
    {
        return (m_word.load(std::memory_order_acquire) & static_cast<std::uint32_t>(flag)) != 0;
    }

    // The state once nobody is giving it back. That takes a few instructions of the caller who does.
    SlotState settledState() const;

    // Moves it when it is in `from` and carries no flag. Sequentially consistent: see PoolCore::release().
    bool tryMove(SlotState from, SlotState to)
    {
        std::uint32_t expected = static_cast<std::uint32_t>(from);
        return m_word.compare_exchange_strong(expected, static_cast<std::uint32_t>(to));
    }

    // The second half of giving it back, to Idle or Reserved.
    void leaveReturning(SlotState to) { m_word.store(static_cast<std::uint32_t>(to), std::memory_order_release); }

    // Moves it from whatever state it is in, which only its owner can know. Flags are dropped. A move that is not
    // allowed aborts with a sentence.
    void move(SlotState to);

    // Sets the flag if it is leased now; its owner can't give it back unnoticed from then on.
    bool flagActive(SlotFlag flag);

    TimePoint leasedAt() const { return TimePoint{Duration{m_leasedAt.load(std::memory_order_relaxed)}}; }
    // Long ago for one that must be validated before it is lent; restsSince() is the truth then.
    TimePoint idleSince() const { return TimePoint{Duration{m_idleSince.load(std::memory_order_relaxed)}}; }
    TimePoint deadline() const { return TimePoint{Duration{m_deadline.load(std::memory_order_relaxed)}}; }
    void setIdleSince(TimePoint when) { m_idleSince.store(when.time_since_epoch().count(), std::memory_order_relaxed); }
    void setDeadline(TimePoint when) { m_deadline.store(when.time_since_epoch().count(), std::memory_order_relaxed); }

    // Its owner marks begin and end of a lease. Leases are counted here, one writer at a time, for a counter that all
    // callers shared would cost more than the lease. `timed`: the begin is exact, not of the clock's last tick.
    void beginLease(TimePoint when, bool timed, std::string&& holder, const SourceLocation& where)
    {
        m_timed = timed;
        m_leases.store(m_leases.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        m_leasedAt.store(when.time_since_epoch().count(), std::memory_order_relaxed);
        m_where.store(where, std::memory_order_relaxed);
        m_thread.store(thisThread(), std::memory_order_relaxed);
        if (!holder.empty() || m_named)
            setHolder(std::move(holder));
    }

    // Whether the next lease is to be timed. Reading the clock costs as much as the lease itself; when many begin
    // within one of its ticks, the first and some of the others tell their length well enough.
    bool timesNext(TimePoint tick) const { return tick != idleSince() || leases() % kTimedOneIn == 0; }
    bool timed() const { return m_timed; }
    void endLease()
    {
        m_leasedAt.store(0, std::memory_order_relaxed);
        m_deadline.store(TimePoint::max().time_since_epoch().count(), std::memory_order_relaxed);
    }
    std::uint64_t leases() const { return m_leases.load(std::memory_order_relaxed); }
    std::string holder() const;
    std::string where() const; // "orders.cpp:42"; empty when it isn't known
    int thread() const { return m_thread.load(std::memory_order_relaxed); }

    void mistrust() // the owner
    {
        m_restsSince = restsSince();
        setIdleSince(TimePoint{});
    }
    TimePoint restsSince() const { return idleSince() == TimePoint{} ? m_restsSince : idleSince(); }

    // The owner's, or guarded by the pool's mutex.
    std::unique_ptr<Session> session;
    ConnectionId connection;
    int backendPid = 0; // as at login
    std::uint64_t generation = 0;
    Duration lastHeld{0};                 // the owner's: of the last lease whose length is known
    TimePoint expiresAt{};                // end of its lifetime
    TimePoint checkedAt{};                // by the newest keepalive
    std::optional<std::uint64_t> answers; // given when an operation was last seen under way
    TimePoint answersSince{};             // since when that number stands still
    TimePoint leakReported{};             // the begin of the lease that was reported
    CloseReason closeReason = CloseReason::Shutdown;

    void clear(); // what the closed connection left; the counters stay

  private:
    static constexpr std::uint64_t kTimedOneIn = 16;

    static int thisThread() { return s_thread != 0 ? s_thread : askThread(); }
    static int askThread();
    static constinit thread_local int s_thread; // 0 until it was asked for
    static SlotState stateOf(std::uint32_t word) { return static_cast<SlotState>(word & 0xffU); }
    void setHolder(std::string&& holder);

    TimePoint m_restsSince{};         // the owner's, or guarded by the pool's mutex
    mutable std::mutex m_holderMutex; // guards m_holder; innermost
    std::string m_holder;
};

} // namespace lifeguard
