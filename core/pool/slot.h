// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/strong_id.h"
#include "core/pool/pool_snapshot.h"
#include "core/pool/session.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lifeguard {

// A place for one connection. Every state but Empty counts against the pool's limit.
enum class SlotState {
    Empty,
    Opening,  // the maintenance thread is connecting
    Idle,     // ready to be lent
    Reserved, // one thread holds it to validate, peek or hand it over; nobody else may touch it
    Active,   // leased
    Closing,  // waits for the maintenance thread to close it
};
std::string_view nameOf(SlotState state);
bool moveAllowed(SlotState from, SlotState to);

struct Slot {
    SlotState state = SlotState::Empty;
    ConnectionId connection;
    std::unique_ptr<Session> session;
    std::uint64_t generation = 0;
    TimePoint expiresAt{}; // end of its lifetime
    TimePoint idleSince{};
    TimePoint leasedAt{};
    std::string holder;
    bool leakReported = false;
    bool cut = false; // aborted by a hard reset or by shutdown
    CloseReason closeReason = CloseReason::Shutdown;
};

} // namespace lifeguard
