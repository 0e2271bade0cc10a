// SPDX-License-Identifier: Apache-2.0
// The callers' side of PoolCore: acquire and release.
#include "core/base/duration_text.h"
#include "core/pool/pool_core.h"

#include <algorithm>

namespace lifeguard {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

tl::expected<Lease, AcquireError> PoolCore::acquire(std::string holder, milliseconds timeout)
{
    const TimePoint start = m_time->now();
    const TimePoint deadline = start + timeout;
    nanoseconds validated{0};
    bool first = false; // after a dead connection this caller keeps its place: before all who wait
    Section section(*this);
    for (;;) {
        std::optional<AcquireFailure> failure;
        const std::optional<Taken> taken = take(section.lock(), start, deadline, first, failure);
        if (!taken)
            return tl::unexpected(fail(*failure, start));
        const std::optional<DatabaseError> dead = inspect(section.lock(), *taken, deadline, validated);
        const Slot& slot = m_slots[taken->slot];
        if (!dead && slot.generation == m_numbers.generation && m_state == PoolState::Running)
            return lend(taken->slot, std::move(holder), start, validated);
        if (dead) {
            noteLoss(*dead, 1, slot.connection, Phase::Idle);
            retire(taken->slot, dead->sign == ErrorSign::Timeout ? CloseReason::Invalid : CloseReason::Lost);
        } else {
            retire(taken->slot, CloseReason::SoftReset);
        }
        first = true;
    }
}

std::optional<AcquireFailure> PoolCore::refusal(TimePoint now)
{
    if (m_state != PoolState::Running)
        return AcquireFailure::ShuttingDown;
    // Connections that are alive serve callers even while no new one can be opened.
    if (live() == 0 && !m_circuit.allow(now))
        return m_stopped ? AcquireFailure::Stopped : AcquireFailure::CircuitOpen;
    return std::nullopt;
}

std::optional<PoolCore::Taken> PoolCore::take(Lock& lock, TimePoint start, TimePoint deadline, bool first,
                                              std::optional<AcquireFailure>& failure)
{
    if ((failure = refusal(m_time->now())))
        return std::nullopt;
    if (!m_idle.empty() && (m_waiters.empty() || first)) {
        const std::size_t slot = m_idle.back();
        move(slot, SlotState::Reserved);
        return Taken{slot, false};
    }
    Waiter waiter;
    waiter.since = start;
    if (first)
        m_waiters.push_front(&waiter);
    else
        m_waiters.push_back(&waiter);
    m_maintenance.notify_one();
    while (!waiter.slot && !waiter.failure) {
        if (m_time->now() >= deadline) {
            std::erase(m_waiters, &waiter);
            failure = AcquireFailure::Timeout;
            return std::nullopt;
        }
        m_time->waitUntil(waiter.wake, lock, deadline);
    }
    failure = waiter.failure;
    if (failure)
        return std::nullopt;
    return Taken{*waiter.slot, waiter.fresh};
}

std::optional<DatabaseError> PoolCore::inspect(Lock& lock, const Taken& taken, TimePoint deadline,
                                               nanoseconds& validated)
{
    if (taken.handedOver)
        return std::nullopt;
    const TimePoint begin = m_time->now();
    Session& session = *m_slots[taken.slot].session; // Reserved: nobody else touches it
    const bool fresh = begin - m_slots[taken.slot].idleSince <= m_options.bypassWindow;
    lock.unlock();
    std::optional<DatabaseError> dead = session.peek();
    if (!dead && !fresh) {
        dead = session.validate(std::min(deadline, begin + m_options.validationTimeout));
        validated += m_time->now() - begin;
    }
    lock.lock();
    if (!dead && !fresh)
        noteSuccess();
    return dead;
}

Lease PoolCore::lend(std::size_t slot, std::string holder, TimePoint start, nanoseconds validated)
{
    move(slot, SlotState::Active);
    Slot& lent = m_slots[slot];
    lent.leasedAt = m_time->now();
    lent.holder = std::move(holder);
    lent.leakReported = false;
    const auto waited = duration_cast<nanoseconds>(lent.leasedAt - start);
    ++m_numbers.acquired;
    m_numbers.acquireLatency.record(waited);
    m_numbers.longestWait = std::max(m_numbers.longestWait, duration_cast<milliseconds>(waited));
    Lease lease(shared_from_this(), slot, lent.connection, *lent.session);
    lease.m_waited = waited;
    lease.m_validated = validated;
    return lease;
}

AcquireError PoolCore::fail(AcquireFailure reason, TimePoint start)
{
    AcquireError error;
    error.reason = reason;
    error.waited = duration_cast<milliseconds>(m_time->now() - start);
    error.active = count(SlotState::Active);
    error.idle = count(SlotState::Idle) + count(SlotState::Reserved);
    error.waiting = static_cast<int>(m_waiters.size());
    error.total = m_options.maxSize - count(SlotState::Empty);
    error.maxSize = m_options.maxSize;
    error.lastError = m_numbers.lastError;
    ++m_numbers.failed;
    if (reason == AcquireFailure::Timeout)
        ++m_numbers.timedOut;
    m_numbers.longestWait = std::max(m_numbers.longestWait, error.waited);
    if (reason != AcquireFailure::ShuttingDown) {
        ++m_unreportedFailures;
        m_lastFailure = error;
        m_maintenance.notify_one();
    }
    return error;
}

void PoolCore::release(std::size_t slot, bool discard)
{
    // The slot is Active and this lease's alone, so its session may be used without the lock.
    std::unique_ptr<Session> late; // closed here when the maintenance thread is gone
    const TimePoint now = m_time->now();
    std::optional<DatabaseError> unclean;
    if (!discard)
        unclean = m_slots[slot].session->clean(now + m_options.validationTimeout);
    Section section(*this);
    Slot& back = m_slots[slot];
    if (m_state == PoolState::Closed) {
        late = std::move(back.session);
        move(slot, SlotState::Closing);
        move(slot, SlotState::Empty);
    } else if (back.cut) {
        retire(slot, m_state == PoolState::Running ? CloseReason::HardReset : CloseReason::Shutdown);
    } else if (discard) {
        retire(slot, CloseReason::Discarded);
    } else if (unclean) {
        const bool lost =
            classify(*unclean, Phase::Use).fate == Fate::DiscardAll || unclean->sign == ErrorSign::LinkLost;
        if (lost)
            noteLoss(*unclean, 1, back.connection, Phase::Use);
        retire(slot, lost ? CloseReason::Lost : CloseReason::Unclean);
    } else {
        move(slot, SlotState::Reserved);
        giveBack(slot, true);
    }
    m_drained.notify_all();
    m_maintenance.notify_one();
}

void PoolCore::giveBack(std::size_t slot, bool fresh)
{
    Slot& back = m_slots[slot];
    back.holder.clear();
    if (m_state != PoolState::Running)
        return retire(slot, CloseReason::Shutdown);
    if (back.generation != m_numbers.generation)
        return retire(slot, CloseReason::SoftReset);
    if (fresh)
        back.idleSince = m_time->now();
    if (m_waiters.empty())
        return move(slot, SlotState::Idle);
    Waiter* waiter = m_waiters.front();
    m_waiters.pop_front();
    waiter->slot = slot;
    waiter->fresh = fresh;
    waiter->wake.notify_one();
}

void PoolCore::retire(std::size_t slot, CloseReason reason)
{
    m_slots[slot].closeReason = reason;
    move(slot, SlotState::Closing);
    m_maintenance.notify_one();
    m_drained.notify_all();
}

void PoolCore::failWaiters(AcquireFailure reason)
{
    for (Waiter* waiter : m_waiters) {
        waiter->failure = reason;
        waiter->wake.notify_one();
    }
    m_waiters.clear();
}

void PoolCore::noteLoss(const DatabaseError& error, int count, ConnectionId connection, Phase phase)
{
    const ErrorClass kind = classify(error, phase);
    const std::string who =
        count > 1 ? std::to_string(count) + " connections" : "Connection #" + std::to_string(connection.value);
    Event lost = event(EventKind::ConnectionLost, Severity::Warning,
                       who + (error.sign == ErrorSign::Timeout ? " did not answer: " : " lost: ") + describe(error));
    lost.sqlState = error.sqlState;
    lost.detail = std::string(kind.meaning);
    lost.count = count;
    note(std::move(lost));
    m_lostSinceSweep += count;
    m_lostAll = m_lostAll || kind.fate == Fate::DiscardAll;
    m_nextSweepAt = m_time->now();
    m_numbers.lastError = error;
    if (m_numbers.troubleSince == TimePoint{})
        m_numbers.troubleSince = m_time->now();
}

} // namespace lifeguard
