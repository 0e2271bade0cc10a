// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"
#include "core/postgres/conninfo.h"

#include <libpq-fe.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace lifeguard {

// What the sessions of a pool that is meant to write share: whether one of them has found its server read-only. Then
// all that were opened until then are of the old era, and of no more use, for they lead to the same server. Any thread.
class PrimaryWatch {
  public:
    // For a pool whose parameters or settings ask for a server that can be written to; null for any other.
    static std::shared_ptr<PrimaryWatch> make(const ConnectionParameters& parameters, const SessionSettings& settings);

    // `defaultCounts`: a primary whose transactions are read-only by default is none, either
    // (target_session_attrs=read-write; =primary lets it pass).
    explicit PrimaryWatch(bool defaultCounts) : m_defaultCounts(defaultCounts) {}

    std::uint64_t era() const { return m_era.load(std::memory_order_relaxed); }

    // A session of this era has found its server read-only. One of an older era says nothing new.
    void turned(std::uint64_t era) { m_era.compare_exchange_strong(era, era + 1); }

    // What the server has said of itself by now (PostgreSQL 14 and later), without a round trip.
    bool saysReadOnly(const PGconn* connection) const;

    // What it says when it is asked, in a session that is in no transaction.
    enum class Verdict {
        Writable,
        ReadOnly,        // the server
        SessionReadOnly, // only this session, by a SET of its user
    };
    tl::expected<Verdict, DatabaseError> ask(PGconn* connection, TimePoint deadline) const;

    // The place in the list of servers where the last session was opened: the primary, as far as is known.
    std::size_t lastPlace() const { return m_lastPlace.load(std::memory_order_relaxed); }
    void setLastPlace(std::size_t place) { m_lastPlace.store(place, std::memory_order_relaxed); }

    static DatabaseError error(); // 25006

  private:
    const bool m_defaultCounts;
    std::atomic<std::uint64_t> m_era{1};
    std::atomic<std::size_t> m_lastPlace{0};
};

// target_session_attrs as needsWritable wants it; an error when it asks for the contrary.
tl::expected<ConnectionParameters, DatabaseError> withRole(ConnectionParameters parameters,
                                                           const SessionSettings& settings);

} // namespace lifeguard
