// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/slot.h"

#include <array>
#include <cstddef>

namespace lifeguard {

// How many slots are in each state at one look. A slot is counted once, so the sum never exceeds the number of slots.
class SlotCounts {
  public:
    int operator[](SlotState state) const { return m_counts[static_cast<std::size_t>(state)]; }
    void add(SlotState state) { ++m_counts[static_cast<std::size_t>(state)]; }

  private:
    std::array<int, kSlotStates> m_counts{};
};

// The slots of a pool. They never move in memory. Any thread may look; who may change what is said in slot.h.
class SlotTable {
  public:
    explicit SlotTable(std::size_t size);

    std::size_t size() const { return m_size; }
    Slot* begin() { return m_slots.get(); }
    Slot* end() { return m_slots.get() + m_size; }
    const Slot* begin() const { return m_slots.get(); }
    const Slot* end() const { return m_slots.get() + m_size; }

    // A connection for the calling thread: the one that it used last if that is idle, else the first that is, so that
    // those at the end can rest and expire. One used after `fresh` becomes Active at once, an older one Reserved, to be
    // looked at first. Null when none is idle. No lock.
    Slot* takeIdle(TimePoint fresh)
    {
        LastUsed& last = s_lastUsed[m_id % kRemembered];
        return last.table == m_id && tryTake(*last.slot, fresh) ? last.slot : takeAny(fresh, last);
    }

    // The first idle one, made Reserved. One that is being given back at this moment is waited for.
    Slot* reserveIdle();

    bool anyIdle() const; // or being given back
    Slot* findEmpty();
    SlotCounts counts() const;
    int count(SlotState state) const { return counts()[state]; }

  private:
    // The slot that this thread used last, for a few pools. The slot is only looked at when the id is that of a table
    // that is there, so it may dangle.
    struct LastUsed {
        std::uint64_t table = 0;
        Slot* slot = nullptr;
    };
    static constexpr std::size_t kRemembered = 8; // tables; a power of two
    static constinit thread_local std::array<LastUsed, kRemembered> s_lastUsed;

    static bool tryTake(Slot& slot, TimePoint fresh)
    {
        return slot.state() == SlotState::Idle
               && slot.tryMove(SlotState::Idle, slot.idleSince() >= fresh ? SlotState::Active : SlotState::Reserved);
    }
    Slot* takeAny(TimePoint fresh, LastUsed& last);

    const std::uint64_t m_id; // of this table among all that ever were in the process
    const std::size_t m_size;
    const std::unique_ptr<Slot[]> m_slots;
};

} // namespace lifeguard
