// SPDX-License-Identifier: Apache-2.0
#include "core/pool/pool_facts.h"

#include "core/pool/pool_core.h"

#include <algorithm>
#include <array>

namespace lifeguard {

std::string_view nameOf(PoolState state)
{
    constexpr std::array<std::string_view, 5> kNames{"starting", "running", "suspended", "shutting down", "closed"};
    return kNames[static_cast<std::size_t>(state)];
}

// What isn't counted as it happens. One pass over the slots; the holder's name is read of the oldest lease alone.
void PoolCore::fill(PoolFacts& facts) const
{
    SlotCounts counts;
    const Slot* oldest = nullptr;
    TimePoint leasedAt = TimePoint::max();
    for (const Slot& slot : m_slots) {
        counts.add(slot.state());
        if (const TimePoint leased = slot.leasedAt(); leased != TimePoint{} && leased < leasedAt) {
            oldest = &slot;
            leasedAt = leased;
        }
    }
    facts.at = m_time->now();
    facts.state = m_state;
    facts.circuit = m_circuit.state();
    facts.circuitRetryAt = m_circuit.retryAt();
    facts.active = counts[SlotState::Active] + counts[SlotState::Returning];
    facts.idle = counts[SlotState::Idle] + counts[SlotState::Reserved];
    facts.opening = counts[SlotState::Opening];
    facts.closing = counts[SlotState::Closing];
    facts.waiting = static_cast<int>(m_waiters.size());
    const auto since = [&facts](TimePoint then) { // a stamp may be some microseconds ahead
        return std::max(std::chrono::milliseconds{0},
                        std::chrono::duration_cast<std::chrono::milliseconds>(facts.at - then));
    };
    for (const Waiter* waiter : m_waiters)
        facts.oldestWait = std::max(facts.oldestWait, since(waiter->since));
    if (oldest != nullptr) {
        facts.oldestLease = since(leasedAt);
        facts.oldestHolder = oldest->holder();
    }
    if (facts.attempt > 0)
        facts.nextAttemptAt = nextOpening();
}

void PoolCore::noteTrouble(const DatabaseError& error)
{
    m_numbers.lastError = error;
    if (m_numbers.troubleSince != TimePoint{})
        return;
    m_numbers.troubleSince = m_time->now();
    m_numbers.downSince = m_time->wallNow();
}

} // namespace lifeguard
