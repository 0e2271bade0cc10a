// SPDX-License-Identifier: Apache-2.0
#include "core/pool/slot.h"

#include <array>

namespace lifeguard {

namespace {

constexpr std::size_t kStates = 6;

// Rows: from. Columns: to, in the order of SlotState.
constexpr bool kAllowed[kStates][kStates] = {
    /*             Empty  Opening Idle   Reserved Active Closing */
    /* Empty    */ {false, true, false, false, false, false},
    /* Opening  */ {true, false, false, true, false, true},
    /* Idle     */ {false, false, false, true, false, true},
    /* Reserved */ {false, false, true, false, true, true},
    /* Active   */ {false, false, false, true, false, true},
    /* Closing  */ {true, false, false, false, false, false},
};

} // namespace

std::string_view nameOf(SlotState state)
{
    constexpr std::array<std::string_view, kStates> kNames{"empty", "opening", "idle", "reserved", "active", "closing"};
    return kNames[static_cast<std::size_t>(state)];
}

bool moveAllowed(SlotState from, SlotState to)
{
    return kAllowed[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

} // namespace lifeguard
