// SPDX-License-Identifier: Apache-2.0
// What PoolCore tells a listener of every lease and connection. Without one nothing of it is done.
#include "core/pool/connection_event.h"

#include "core/pool/pool_core.h"

#include <array>

namespace lifeguard {

std::string_view nameOf(ConnectionEventKind kind)
{
    constexpr std::array<std::string_view, 16> kNames{
        "pool_created",      "pool_ready",       "pool_cleared",         "pool_closed",     "connection_created",
        "connection_failed", "connection_ready", "connection_closed",    "acquire_started", "acquire_failed",
        "acquired",          "released",         "connection_validated", "circuit_opened",  "circuit_half_opened",
        "circuit_closed"};
    return kNames[static_cast<std::size_t>(kind)];
}

tl::expected<Lease, AcquireError> PoolCore::acquireWatched(std::string&& holder, const Patience& patience,
                                                           const SourceLocation& where)
{
    const TimePoint begin = m_time->now();
    ConnectionEvent told;
    told.at = begin;
    told.kind = ConnectionEventKind::AcquireStarted;
    m_onConnectionEvent(told);
    tl::expected<Lease, AcquireError> lease = acquire(std::move(holder), patience, where);
    told.at = m_time->now();
    told.took = told.at - begin;
    told.kind = lease ? ConnectionEventKind::Acquired : ConnectionEventKind::AcquireFailed;
    if (lease)
        told.connection = lease->connection();
    else
        told.failure = lease.error().reason;
    m_onConnectionEvent(told);
    return lease;
}

void PoolCore::releaseWatched(Slot& slot, bool discard)
{
    if (!m_over) {
        ConnectionEvent told;
        told.at = m_time->now();
        told.kind = ConnectionEventKind::Released;
        told.connection = slot.connection;
        m_onConnectionEvent(told); // before it is another's
    }
    release(slot, discard);
}

void PoolCore::noteConnection(ConnectionEventKind kind, const Slot* slot, Duration took)
{
    if (!watched() || m_over)
        return;
    ConnectionEvent noted;
    noted.kind = kind;
    noted.at = m_time->now();
    noted.took = took;
    if (slot != nullptr)
        noted.connection = slot->connection;
    if (kind == ConnectionEventKind::ConnectionClosed)
        noted.closed = slot->closeReason;
    if (kind == ConnectionEventKind::PoolCleared)
        noted.generation = m_numbers.generation - (m_state == PoolState::Suspended ? 0 : 1);
    m_connectionOutbox.push_back(noted);
}

void PoolCore::noteClosed(const Slot& slot)
{
    ++m_numbers.closed[static_cast<std::size_t>(slot.closeReason)];
    noteConnection(ConnectionEventKind::ConnectionClosed, &slot);
}

void PoolCore::noteCircuit()
{
    constexpr std::array kKinds{ConnectionEventKind::CircuitClosed, ConnectionEventKind::CircuitOpened,
                                ConnectionEventKind::CircuitHalfOpened};
    const CircuitState now = m_circuit.state();
    if (std::exchange(m_circuitNoted, now) != now)
        noteConnection(kKinds[static_cast<std::size_t>(now)]);
}

} // namespace lifeguard
