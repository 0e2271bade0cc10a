// SPDX-License-Identifier: Apache-2.0
#include "core/pool/slot.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace lifeguard {

namespace {

// Rows: from. Columns: to, in the order of SlotState.
constexpr bool kAllowed[kSlotStates][kSlotStates] = {
    /*              Empty  Opening Idle   Reserved Active Returning Closing */
    /* Empty     */ {false, true, false, false, false, false, false},
    /* Opening   */ {true, false, false, true, false, false, true},
    /* Idle      */ {false, false, false, true, true, false, true},
    /* Reserved  */ {false, false, true, false, true, false, true},
    /* Active    */ {false, false, false, true, false, true, true},
    /* Returning */ {false, false, true, true, false, false, false},
    /* Closing   */ {true, false, false, false, false, false, false},
};

} // namespace

std::string_view nameOf(SlotState state)
{
    constexpr std::array<std::string_view, kSlotStates> kNames{"empty",  "opening",   "idle",   "reserved",
                                                               "active", "returning", "closing"};
    return kNames[static_cast<std::size_t>(state)];
}

bool moveAllowed(SlotState from, SlotState to)
{
    return kAllowed[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

SlotState Slot::settledState() const
{
    for (;;) {
        const SlotState now = state();
        if (now != SlotState::Returning)
            return now;
        std::this_thread::yield();
    }
}

void Slot::move(SlotState to)
{
    const SlotState from = stateOf(m_word.exchange(static_cast<std::uint32_t>(to)));
    if (!moveAllowed(from, to)) {
        std::fprintf(stderr, "lifeguard: a pool tried to move connection #%llu from %s to %s\n",
                     static_cast<unsigned long long>(connection.value), std::string(nameOf(from)).c_str(),
                     std::string(nameOf(to)).c_str());
        std::abort();
    }
}

bool Slot::flagActive(SlotFlag flag)
{
    std::uint32_t word = m_word.load();
    while (stateOf(word) == SlotState::Active)
        if (m_word.compare_exchange_weak(word, word | static_cast<std::uint32_t>(flag)))
            return true;
    return false;
}

constinit thread_local int Slot::s_thread = 0;

int Slot::askThread()
{
    return s_thread = gettid();
}

void Slot::setHolder(std::string&& holder)
{
    const std::lock_guard lock(m_holderMutex);
    m_named = !holder.empty();
    m_holder = std::move(holder);
}

std::string Slot::holder() const
{
    const std::lock_guard lock(m_holderMutex);
    return m_holder;
}

std::string Slot::where() const
{
    const SourceLocation place = m_where.load(std::memory_order_relaxed);
    const std::string_view path(place.file_name());
    if (path.empty())
        return {};
    return std::string(path.substr(path.rfind('/') + 1)) + ":" + std::to_string(place.line());
}

void Slot::clear()
{
    session.reset();
    connection = {};
    backendPid = 0;
    generation = 0;
    lastHeld = {};
    expiresAt = {};
    checkedAt = {};
    answers.reset();
    leakReported = {};
    endLease();
}

} // namespace lifeguard
