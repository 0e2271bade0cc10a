// SPDX-License-Identifier: Apache-2.0
// The callers' side of PoolCore: acquire and release.
#include "core/base/duration_text.h"
#include "core/pool/pool_core.h"

#include <algorithm>

namespace lifeguard {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

// A lease held for at least this long is handed to the first waiter; it sleeps and must be woken, which takes some tens
// of microseconds. After a shorter one whoever runs may take it, within the fairness bound: handing it over would leave
// it unused for longer than it is used.
constexpr std::chrono::microseconds kHandOverAfter{500};

} // namespace

tl::expected<Lease, AcquireError> PoolCore::acquire(std::string&& holder, const Patience& patience,
                                                    const SourceLocation& where)
{
    const TimePoint tick = m_time->tick();
    const TimePoint fresh = tick - m_lookAfter;
    Slot* slot = nullptr;
    if ((m_gate.load(std::memory_order_relaxed) & (kClosed | kStarving)) == 0)
        slot = m_slots.takeIdle(fresh);
    if (slot == nullptr || slot->idleSince() < fresh) { // else it is Active
        return acquireSlowly(std::move(holder), m_time->now(), patience, slot, where);
    }
    const bool timed = slot->timesNext(tick);
    slot->beginLease(timed ? m_time->now() : tick, timed, std::move(holder), where);
    return tl::expected<Lease, AcquireError>(tl::in_place, Lease::Key(), *this, *slot, nanoseconds{0}, nanoseconds{0});
}

tl::expected<Lease, AcquireError> PoolCore::acquireSlowly(std::string&& holder, TimePoint start,
                                                          const Patience& patience, Slot* reserved,
                                                          const SourceLocation& where)
{
    nanoseconds validated{0};
    bool first = false; // after a dead connection this caller keeps its place: before all who wait
    Taken taken{reserved, false};
    Section section(*this);
    const TimePoint deadline = std::min(patience.latest, start + patience.timeout.value_or(usualTimeout()));
    for (;;) {
        if (taken.slot == nullptr) {
            std::optional<AcquireFailure> failure;
            const std::optional<Taken> next = await(section.lock(), start, deadline, first, failure);
            if (!next)
                return tl::unexpected(fail(*failure, start));
            taken = *next;
        }
        const std::optional<DatabaseError> dead = inspect(section.lock(), taken, deadline, validated);
        Slot& slot = *taken.slot;
        if (!dead && slot.generation == m_numbers.generation && m_state == PoolState::Running) {
            const TimePoint now = m_time->now();
            lend(slot, std::move(holder), where, start, now);
            return tl::expected<Lease, AcquireError>(tl::in_place, Lease::Key(), *this, slot,
                                                     std::max(nanoseconds{0}, nanoseconds{now - start}), validated);
        }
        if (dead) {
            noteLoss(*dead, 1, slot, Phase::Idle, slot.idleSince());
            retire(slot, dead->sign == ErrorSign::Timeout ? CloseReason::Invalid : CloseReason::Lost);
        } else {
            retire(slot, retireReason());
        }
        first = true;
        taken = {};
    }
}

std::optional<DatabaseError> PoolCore::inspect(Lock& lock, const Taken& taken, TimePoint deadline,
                                               nanoseconds& validated)
{
    const TimePoint begin = m_time->now();
    const Duration rested = begin - taken.slot->idleSince();
    if (taken.handedOver || rested <= m_lookAfter)
        return std::nullopt;
    Session& session = *taken.slot->session; // Reserved: nobody else touches it
    const bool fresh = rested <= m_options.bypassWindow;
    lock.unlock();
    std::optional<DatabaseError> dead = session.peek();
    if (!dead && !fresh) {
        dead = session.validate(std::min(deadline, begin + m_options.validationTimeout));
        const Duration took = m_time->now() - begin;
        validated += took;
        m_validated.record(took);
    }
    lock.lock();
    if (!fresh)
        noteConnection(ConnectionEventKind::ConnectionValidated, taken.slot, m_time->now() - begin);
    if (!dead && !fresh && !openingFails())
        noteSuccess();
    return dead;
}

void PoolCore::lend(Slot& slot, std::string&& holder, const SourceLocation& where, TimePoint start, TimePoint now)
{
    slot.move(SlotState::Active);
    slot.beginLease(now, true, std::move(holder), where);
    const nanoseconds waited = std::max(nanoseconds{0}, nanoseconds{now - start});
    ++m_numbers.acquired;
    m_numbers.acquireLatency.record(waited);
    m_numbers.longestWait = std::max(m_numbers.longestWait, duration_cast<milliseconds>(waited));
}

AcquireError PoolCore::fail(AcquireFailure reason, TimePoint start)
{
    AcquireError error;
    static_cast<PoolFacts&>(error) = static_cast<const PoolFacts&>(m_numbers);
    fill(error);
    error.reason = reason;
    error.waited = std::max(milliseconds{0}, duration_cast<milliseconds>(error.at - start));
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

void PoolCore::setDeadline(Slot& slot, TimePoint deadline)
{
    slot.setDeadline(deadline);
    const std::lock_guard lock(m_mutex);
    if (deadline < m_nextLookAt)
        m_maintenance.notify_one();
}

void PoolCore::endLease(Slot& slot)
{
    const TimePoint tick = m_time->tick();
    const Duration held = (slot.timed() ? m_time->now() : tick) - slot.leasedAt();
    if (slot.timed() || held > Duration{0}) {
        m_held.record(held);
        slot.lastHeld = held;
    }
    slot.endLease();
    slot.setIdleSince(tick);
}

// Gives it back without a lock, unless somebody has to be told. Waiters set the gate before they look for an idle
// connection, and here the gate is looked at before the connection is idle, in one order for all threads: so either the
// waiter is seen here, or it sees the slot Returning and waits for the few instructions that are left. Once the slot is
// idle nothing of the pool may be touched any more: another thread may have closed and destroyed it.
void PoolCore::leaveIdle(Slot& slot)
{
    endLease(slot);
    if (m_gate.load() == 0)
        slot.leaveReturning(SlotState::Idle);
    else
        leaveToWaiter(slot);
}

// The slot is this lease's alone, so its session may be used without the lock.
void PoolCore::release(Slot& slot, bool discard)
{
    if (!discard && slot.session->reusable() && slot.tryMove(SlotState::Active, SlotState::Returning))
        leaveIdle(slot);
    else
        releaseSlowly(slot, discard);
}

void PoolCore::leaveToWaiter(Slot& slot)
{
    const bool brief = slot.lastHeld < kHandOverAfter;
    if (brief && m_gate.load() == (kWaiters | kWoken))
        return slot.leaveReturning(SlotState::Idle);
    slot.leaveReturning(SlotState::Reserved);
    const auto keep = shared_from_this(); // until the events are out, should this be the last lease of a closing pool
    Section section(*this);
    if (brief && m_state == PoolState::Running && (m_gate.load() & (kStarving | kSurplus)) == 0
        && slot.generation == m_numbers.generation) {
        slot.move(SlotState::Idle);
        wakeFront();
    } else {
        giveBack(slot, true);
    }
}

void PoolCore::releaseSlowly(Slot& slot, bool discard)
{
    std::optional<DatabaseError> unclean;
    if (!discard && !slot.flagged(SlotFlag::Cut) && !slot.session->reusable())
        unclean = slot.session->clean(m_time->now() + m_options.validationTimeout);
    std::unique_ptr<Session> late; // closed here when the maintenance thread is gone
    const auto keep = shared_from_this();
    Section section(*this);
    if (slot.session->foundTransaction())
        noteLeftOpen(slot, !unclean);
    const bool cut = slot.flagged(SlotFlag::Cut);
    const TimePoint leasedAt = slot.leasedAt();
    endLease(slot);
    if (m_state == PoolState::Closed) {
        if (!cut)
            slot.closeReason = CloseReason::Shutdown;
        noteClosed(slot);
        late = std::move(slot.session);
        slot.move(SlotState::Closing);
        slot.move(SlotState::Empty);
        if (leasesOut() == 0)
            m_self.reset();
    } else if (cut) {
        retire(slot, slot.closeReason);
    } else if (discard) {
        retire(slot, CloseReason::Discarded);
    } else if (unclean) {
        const bool lost =
            classify(*unclean, Phase::Use).fate == Fate::DiscardAll || unclean->sign == ErrorSign::LinkLost;
        if (lost)
            noteLoss(*unclean, 1, slot, Phase::Use, leasedAt);
        retire(slot, lost ? CloseReason::Lost : CloseReason::Unclean);
    } else {
        slot.move(SlotState::Reserved);
        giveBack(slot, true);
    }
    wakeThreads();
}

void PoolCore::giveBack(Slot& slot, bool fresh)
{
    if (m_state != PoolState::Running || m_surplus || slot.generation != m_numbers.generation)
        return retire(slot, retireReason());
    if (m_numbers.asleep) // opened for somebody who has given up since
        return retire(slot, CloseReason::IdleTimeout);
    if (fresh)
        slot.setIdleSince(m_time->now());
    if (m_waiters.empty())
        return slot.move(SlotState::Idle);
    Waiter& waiter = *m_waiters.front();
    waiter.slot = &slot;
    waiter.fresh = fresh;
    waiter.wake.notify_one();
    leave(waiter);
}

void PoolCore::retire(Slot& slot, CloseReason reason)
{
    slot.closeReason = reason;
    slot.move(SlotState::Closing);
    if (m_surplus)
        noteSurplus();
    m_maintenance.notify_one();
    m_drained.notify_all();
}

CloseReason PoolCore::retireReason() const
{
    if (m_state == PoolState::Suspended)
        return CloseReason::Suspended;
    if (m_state != PoolState::Running)
        return CloseReason::Shutdown;
    return m_surplus ? CloseReason::Resized : m_resetReason;
}

void PoolCore::noteLeftOpen(const Slot& slot, bool rolledBack)
{
    ++m_numbers.leftOpen;
    if (m_state != PoolState::Closed) // nobody listens any more
        note(event(EventKind::TransactionLeft, Severity::Warning,
                   "Connection #" + std::to_string(slot.connection.value) + " came back in an open transaction, which "
                       + (rolledBack ? "was rolled back" : "ends with the connection") + "; it was held"
                       + heldBy(slot)));
}

void PoolCore::noteLoss(const DatabaseError& error, int count, const Slot& slot, Phase phase, TimePoint workedAt)
{
    const ErrorClass kind = classify(error, phase);
    const std::string who =
        count > 1 ? std::to_string(count) + " connections" : "Connection #" + std::to_string(slot.connection.value);
    Event lost = event(EventKind::ConnectionLost, Severity::Warning,
                       who + (error.sign == ErrorSign::Timeout ? " did not answer: " : " lost: ") + describe(error));
    lost.sqlState = error.sqlState;
    lost.detail = detailsForEngineers(error, phase);
    lost.count = count;
    note(std::move(lost));
    if (slot.generation != m_numbers.generation)
        return; // the others of its generation are being replaced already
    markLoss(workedAt);
    m_lostSinceSweep += count;
    m_lostAll = m_lostAll || kind.fate == Fate::DiscardAll;
    m_nextSweepAt = m_time->now();
    m_sweepAll = true;
    noteTrouble(error);
    m_maintenance.notify_one();
}

// Leases that are lost together come back one after the other, and connections are opened between. Those are told from
// the lost ones by their numbers, so the mark stays where it is while the loss is of one that has not worked since.
void PoolCore::markLoss(TimePoint workedAt)
{
    if (m_lostSinceSweep > 0 || workedAt < m_lossMarkAt)
        return;
    m_lossMark = m_nextConnection;
    m_lossMarkAt = m_time->now();
}

} // namespace lifeguard
