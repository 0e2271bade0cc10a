// SPDX-License-Identifier: Apache-2.0
// The queue of callers that found no idle connection. First come, first served; a newcomer may overtake only while the
// first has not waited for longer than the fairness bound. (The two modes are those of Go's sync.Mutex.)
#include "core/pool/pool_core.h"

#include <algorithm>

namespace lifeguard {

namespace {

// How long the first of the queue leaves the callers alone after it was woken for a connection that somebody else was
// quicker to take. They use it for some tens of microseconds, and with a wake and a change of threads each time two
// cores get half as much done.
constexpr std::chrono::microseconds kRest{400};

} // namespace

std::optional<AcquireFailure> PoolCore::refusal(TimePoint now)
{
    if (m_state == PoolState::Suspended)
        return std::nullopt;
    if (m_state != PoolState::Running)
        return AcquireFailure::ShuttingDown;
    // Connections that are alive serve callers even while no new one can be opened.
    const bool allowed = live() > 0 || m_circuit.allow(now);
    noteCircuit();
    if (!allowed)
        return m_stopped ? AcquireFailure::Stopped : AcquireFailure::CircuitOpen;
    return std::nullopt;
}

std::optional<PoolCore::Taken> PoolCore::await(Lock& lock, TimePoint start, TimePoint deadline, bool first,
                                               std::optional<AcquireFailure>& failure)
{
    if (m_numbers.asleep)
        wakeUp();
    if ((failure = refusal(m_time->now())))
        return std::nullopt;
    Waiter waiter;
    waiter.since = start;
    if (first)
        m_waiters.push_front(&waiter);
    else
        m_waiters.push_back(&waiter);
    setGate(); // before serveFront() looks: see leaveIdle()
    bool asked = false;
    bool resting = false; // the front, since it was woken in vain: see kRest
    for (;;) {
        bool inVain = false;
        if (waiter.slot == nullptr && !waiter.failure && m_waiters.front() == &waiter)
            inVain = !serveFront(waiter);
        if (waiter.slot != nullptr)
            return Taken{waiter.slot, waiter.fresh};
        if ((failure = waiter.failure))
            return std::nullopt;
        const TimePoint now = m_time->now();
        if (now >= deadline) {
            leave(waiter);
            failure = AcquireFailure::Timeout;
            return std::nullopt;
        }
        if (!asked) {
            asked = true;
            notePeak(leasesOut());
            if (room())
                m_opening.notify_all();
        }
        const TimePoint bound = start + m_options.fairnessBound;
        TimePoint until = now < bound ? std::min(bound, deadline) : deadline;
        resting = inVain && !resting;
        if (resting) {
            m_gate.fetch_or(kWoken);
            until = std::min(until, now + kRest);
        }
        m_time->waitUntil(waiter.wake, lock, until);
    }
}

// False when it was woken and somebody else was quicker.
bool PoolCore::serveFront(Waiter& waiter)
{
    const bool woken = (m_gate.fetch_and(~static_cast<std::uint32_t>(kWoken)) & kWoken) != 0;
    setGate();
    if (Slot* const slot = m_slots.reserveIdle()) {
        waiter.slot = slot;
        leave(waiter);
    }
    return !woken || waiter.slot != nullptr;
}

void PoolCore::leave(Waiter& waiter)
{
    const bool front = m_waiters.front() == &waiter;
    std::erase(m_waiters, &waiter);
    if (front)
        m_gate.fetch_and(~static_cast<std::uint32_t>(kWoken));
    setGate();
    // Callers who came back while the front was awake left it to the front to look.
    if (front && m_slots.anyIdle())
        wakeFront();
}

void PoolCore::setGate()
{
    std::uint32_t gate = m_state == PoolState::Running ? 0U : static_cast<std::uint32_t>(kClosed);
    if (m_surplus)
        gate |= kSurplus;
    if (!m_waiters.empty()) {
        gate |= kWaiters | (m_gate.load() & kWoken);
        if (m_time->now() - m_waiters.front()->since >= m_options.fairnessBound)
            gate |= kStarving;
    }
    m_gate.store(gate);
}

void PoolCore::wakeFront()
{
    if (m_waiters.empty() || (m_gate.load() & kWoken) != 0)
        return;
    m_gate.fetch_or(kWoken);
    m_waiters.front()->wake.notify_one();
}

void PoolCore::failWaiters(AcquireFailure reason)
{
    for (Waiter* waiter : m_waiters) {
        waiter->failure = reason;
        waiter->wake.notify_one();
    }
    m_waiters.clear();
    setGate();
}

} // namespace lifeguard
