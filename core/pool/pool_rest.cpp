// SPDX-License-Identifier: Apache-2.0
// Connections that nobody uses: kept alive with a round trip now and then, or let go so that the database can sleep.
#include "core/base/duration_text.h"
#include "core/pool/pool_core.h"

#include <algorithm>

namespace lifeguard {

using std::chrono::milliseconds;

bool PoolCore::keepsAlive() const
{
    return m_options.keepaliveInterval > milliseconds{0} && m_state == PoolState::Running && !m_numbers.asleep;
}

// When the first is due of those that are idle now. One that becomes idle later is due later.
TimePoint PoolCore::nextKeepalive() const
{
    if (!keepsAlive() || m_keepingAlive || live() == 0)
        return TimePoint::max();
    TimePoint due = m_time->now() + m_options.keepaliveInterval;
    for (const Slot& slot : m_slots)
        if (slot.state() == SlotState::Idle)
            due = std::min(due, std::max(slot.restsSince(), slot.checkedAt) + m_options.keepaliveInterval);
    return due;
}

// An opener does it, since it may wait for the server; there is one more for that, and one asks at a time, so that
// links which a balancer has dropped in silence keep nobody from opening. The connection's idle time goes on.
bool PoolCore::keepOneAlive(Lock& lock)
{
    if (!keepsAlive() || m_keepingAlive)
        return false;
    const TimePoint begin = m_time->now();
    for (Slot& slot : m_slots) {
        if (slot.state() != SlotState::Idle
            || begin < std::max(slot.restsSince(), slot.checkedAt) + m_options.keepaliveInterval
            || !slot.tryMove(SlotState::Idle, SlotState::Reserved))
            continue;
        m_keepingAlive = true;
        lock.unlock();
        const std::optional<DatabaseError> dead = slot.session->validate(begin + m_options.validationTimeout);
        m_validated.record(m_time->now() - begin);
        lock.lock();
        noteConnection(ConnectionEventKind::ConnectionValidated, &slot, m_time->now() - begin);
        m_keepingAlive = false;
        slot.checkedAt = begin;
        if (dead) {
            noteLoss(*dead, 1, slot, Phase::Idle, slot.idleSince());
            retire(slot, dead->sign == ErrorSign::Timeout ? CloseReason::Invalid : CloseReason::Lost);
        } else {
            giveBack(slot, false);
        }
        return true;
    }
    return false;
}

void PoolCore::watchUse()
{
    if (m_options.sleepAfter == milliseconds{0} || m_state != PoolState::Running)
        return;
    const TimePoint now = m_time->now();
    std::uint64_t leases = 0;
    TimePoint newest = m_usedAt;
    for (const Slot& slot : m_slots) {
        leases += slot.leases();
        newest = std::max(newest, slot.restsSince());
    }
    const SlotCounts counts = m_slots.counts();
    const bool inUse = counts[SlotState::Active] + counts[SlotState::Returning] > 0 || !m_waiters.empty();
    if (leases != m_leasesSeen || inUse) {
        m_leasesSeen = leases;
        m_usedAt = inUse ? now : newest;
        if (m_numbers.asleep) // somebody took a connection in the moment in which they were all closed
            wakeUp();
    }
    if (m_numbers.asleep || now - m_usedAt < m_options.sleepAfter)
        return;
    m_numbers.asleep = true;
    Event fell = event(EventKind::PoolAsleep, Severity::Info, {});
    fell.count = retireIdle(CloseReason::IdleTimeout);
    fell.text = "Nobody has used the pool for " + durationText(now - m_usedAt) + ": asleep with "
                + std::to_string(*fell.count)
                + " connections closed, so that the database can sleep, too; the next caller opens one";
    note(std::move(fell));
}

bool PoolCore::asleep() const
{
    const std::lock_guard lock(m_mutex);
    return m_numbers.asleep;
}

void PoolCore::wakeUp()
{
    m_numbers.asleep = false;
    m_usedAt = m_time->now();
    m_wakeUntil = m_usedAt + m_options.wakeTimeout;
    startAfresh();
    note(event(EventKind::PoolAwake, Severity::Info, "A caller has come: the pool is awake"));
    wakeThreads();
}

milliseconds PoolCore::usualTimeout() const
{
    if (m_numbers.asleep)
        return std::max(m_options.acquireTimeout, m_options.wakeTimeout);
    if (!waking())
        return m_options.acquireTimeout;
    return std::max(m_options.acquireTimeout, std::chrono::duration_cast<milliseconds>(m_wakeUntil - m_time->now()));
}

} // namespace lifeguard
