// SPDX-License-Identifier: Apache-2.0
#include "core/pool/slot_table.h"

#include <algorithm>

namespace lifeguard {

namespace {

std::atomic<std::uint64_t> lastId{0};

// The slot that this thread used last, for a few pools. The slot is only looked at when the id is that of a table that
// is there, so it may dangle.
struct LastUsed {
    std::uint64_t table = 0;
    Slot* slot = nullptr;
};
constexpr std::size_t kRemembered = 8; // tables; a power of two
thread_local std::array<LastUsed, kRemembered> lastUsed;

} // namespace

SlotTable::SlotTable(std::size_t size) : m_id(++lastId), m_size(size), m_slots(std::make_unique<Slot[]>(size)) {}

bool SlotTable::tryTake(Slot& slot, TimePoint fresh)
{
    if (slot.state() != SlotState::Idle)
        return false;
    return slot.tryMove(SlotState::Idle, slot.idleSince() >= fresh ? SlotState::Active : SlotState::Reserved);
}

Slot* SlotTable::takeIdle(TimePoint fresh)
{
    LastUsed& last = lastUsed[m_id % kRemembered];
    if (last.table == m_id && tryTake(*last.slot, fresh))
        return last.slot;
    for (Slot& slot : *this)
        if (tryTake(slot, fresh)) {
            last = {m_id, &slot};
            return &slot;
        }
    return nullptr;
}

Slot* SlotTable::reserveIdle()
{
    for (Slot& slot : *this)
        if (slot.settledState() == SlotState::Idle && slot.tryMove(SlotState::Idle, SlotState::Reserved))
            return &slot;
    return nullptr;
}

bool SlotTable::anyIdle() const
{
    return std::any_of(begin(), end(), [](const Slot& slot) {
        const SlotState state = slot.state();
        return state == SlotState::Idle || state == SlotState::Returning;
    });
}

Slot* SlotTable::findEmpty()
{
    Slot* const found = std::find_if(begin(), end(), [](const Slot& slot) { return slot.state() == SlotState::Empty; });
    return found == end() ? nullptr : found;
}

SlotCounts SlotTable::counts() const
{
    SlotCounts counts;
    for (const Slot& slot : *this)
        counts.add(slot.state());
    return counts;
}

} // namespace lifeguard
