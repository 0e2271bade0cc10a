// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/strong_id.h"
#include "core/pool/acquire_error.h"
#include "core/pool/pool_snapshot.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace lifeguard {

// What can be listened to of every single lease and connection, for tracing; Event tells people what matters. The kinds
// are those of the specification "Connection Monitoring and Pooling"
// (https://github.com/mongodb/specifications/blob/master/source/connection-monitoring-and-pooling), whose names for
// acquire and release are check out and check in.
enum class ConnectionEventKind {
    PoolCreated,
    PoolReady,         // callers are served, also again after PoolCleared
    PoolCleared,       // the connections there are will not be lent again: a reset, all were stale, suspended
    PoolClosed,        // the last: what leases do that come back later is not told
    ConnectionCreated, // an attempt to open one begins
    ConnectionFailed,  // that attempt failed
    ConnectionReady,   // it succeeded
    ConnectionClosed,
    AcquireStarted,
    AcquireFailed,
    Acquired,
    Released,
    ConnectionValidated, // a round trip before lending, or a keepalive
    CircuitOpened,       // the server is left alone for a time
    CircuitHalfOpened,   // one attempt asks for all
    CircuitClosed,
};
std::string_view nameOf(ConnectionEventKind kind); // "connection_ready"

// A value.
struct ConnectionEvent {
    ConnectionEventKind kind = ConnectionEventKind::PoolCreated;
    TimePoint at{};
    ConnectionId connection;      // none for those of the pool, and while it isn't open
    std::uint64_t generation = 0; // PoolCleared: the one that ended
    Duration took{
        0}; // ConnectionReady and -Failed: opening; -Validated: the round trip; Acquired, AcquireFailed: waiting
    std::optional<CloseReason> closed;     // ConnectionClosed: why
    std::optional<AcquireFailure> failure; // AcquireFailed: why
};

} // namespace lifeguard
