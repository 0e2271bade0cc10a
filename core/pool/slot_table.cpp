// SPDX-License-Identifier: Apache-2.0
#include "core/pool/slot_table.h"

#include <algorithm>

namespace lifeguard {

namespace {

std::atomic<std::uint64_t> lastId{0};

} // namespace

constinit thread_local std::array<SlotTable::LastUsed, SlotTable::kRemembered> SlotTable::s_lastUsed{};

SlotTable::SlotTable(std::size_t size) : m_id(++lastId)
{
    grow(size);
}

void SlotTable::grow(std::size_t size)
{
    const std::size_t count = m_count.load(std::memory_order_relaxed);
    std::size_t there = 0;
    for (std::size_t i = 0; i < count; ++i)
        there += m_chunks[i].size;
    if (size <= there)
        return;
    Chunk& added = m_chunks.at(count);
    added.size = std::max(there, size - there);
    added.slots = std::make_unique<Slot[]>(added.size);
    m_count.store(count + 1, std::memory_order_release);
}

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
    for (const Slot& slot : *this)
        if (const SlotState state = slot.state(); state == SlotState::Idle || state == SlotState::Returning)
            return true;
    return false;
}

Slot* SlotTable::findEmpty()
{
    for (Slot& slot : *this)
        if (slot.state() == SlotState::Empty)
            return &slot;
    return nullptr;
}

SlotCounts SlotTable::counts() const
{
    SlotCounts counts;
    for (const Slot& slot : *this)
        counts.add(slot.state());
    return counts;
}

} // namespace lifeguard
