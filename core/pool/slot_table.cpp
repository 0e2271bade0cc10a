// SPDX-License-Identifier: Apache-2.0
#include "core/pool/slot_table.h"

#include <algorithm>

namespace lifeguard {

namespace {

std::atomic<std::uint64_t> lastId{0};

} // namespace

constinit thread_local std::array<SlotTable::LastUsed, SlotTable::kRemembered> SlotTable::s_lastUsed{};

SlotTable::SlotTable(std::size_t size) : m_id(++lastId), m_size(size), m_slots(std::make_unique<Slot[]>(size)) {}

Slot* SlotTable::takeAny(TimePoint fresh, LastUsed& last)
{
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
