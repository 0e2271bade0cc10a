// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/slot.h"

#include <array>
#include <cstddef>
#include <iterator>
#include <numeric>

namespace lifeguard {

// How many slots are in each state at one look. A slot is counted once, so the sum never exceeds the number of slots.
class SlotCounts {
  public:
    int operator[](SlotState state) const { return m_counts[static_cast<std::size_t>(state)]; }
    int used() const { return std::accumulate(m_counts.begin(), m_counts.end(), 0) - (*this)[SlotState::Empty]; }
    void add(SlotState state) { ++m_counts[static_cast<std::size_t>(state)]; }

  private:
    std::array<int, kSlotStates> m_counts{};
};

// The slots of a pool. They never move in memory; more can be added, none is taken away. Any thread may look; who may
// change what is said in slot.h.
class SlotTable {
    // A run of slots. Each after the first is as large as all before it together or larger, so there are few.
    struct Chunk {
        std::unique_ptr<Slot[]> slots;
        std::size_t size = 0;
    };
    static constexpr std::size_t kMostChunks = 16; // 1 slot could grow to 32,768

  public:
    // Over all slots that were there when it began.
    template <typename S> class Walk {
      public:
        Walk(const Chunk* chunk, std::size_t chunks) : m_chunk(chunk), m_last(chunk + chunks - 1) { enter(); }

        S& operator*() const { return *m_at; }
        Walk& operator++()
        {
            if (++m_at == m_end && m_chunk != m_last) {
                ++m_chunk;
                enter();
            }
            return *this;
        }
        bool operator==(std::default_sentinel_t) const { return m_at == m_end; }

      private:
        void enter()
        {
            m_at = m_chunk->slots.get();
            m_end = m_at + m_chunk->size;
        }

        const Chunk* m_chunk;
        const Chunk* m_last;
        S* m_at = nullptr;
        S* m_end = nullptr;
    };

    explicit SlotTable(std::size_t size);

    Walk<Slot> begin() { return {m_chunks.data(), m_count.load(std::memory_order_acquire)}; }
    Walk<const Slot> begin() const { return {m_chunks.data(), m_count.load(std::memory_order_acquire)}; }
    static std::default_sentinel_t end() { return {}; }

    // Makes room for `size` slots at least. One thread at a time.
    void grow(std::size_t size);

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
    std::array<Chunk, kMostChunks> m_chunks;
    std::atomic<std::size_t> m_count{0}; // of those that are there
};

} // namespace lifeguard
