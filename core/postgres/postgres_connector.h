// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/session.h"
#include "core/postgres/postgres_session.h"

namespace lifeguard {

// Opens PostgreSQL sessions for a pool. One that is meant to write (SessionSettings::needsWritable, or
// target_session_attrs=read-write or =primary in the connection string) gets sessions on servers that can be written to
// only, and when one of them finds that its server turned read-only the others of the connector say so, too (25006).
// Opening waits until the server has ended the connector's sessions that were closed, so that it never sees more of
// them than the pool has; for a second at most. A session that is closed in the middle of a statement is cancelled by a
// request that libpq sends unencrypted, over TLS connections, too (see Departures::add()).
class PostgresConnector final : public Connector {
  public:
    PostgresConnector(const std::string& connection, SessionSettings settings);

    tl::expected<std::unique_ptr<Session>, DatabaseError> open(TimePoint deadline,
                                                               const std::atomic<bool>& giveUp) override;

    // The same, typed, for those who stay with PostgreSQL.
    tl::expected<std::unique_ptr<PostgresSession>, DatabaseError> openPostgres(TimePoint deadline,
                                                                               const std::atomic<bool>& giveUp) const;

    const SessionSettings& settings() const { return m_settings; }

  private:
    const SessionSettings m_settings;
    const tl::expected<ConnectionParameters, DatabaseError> m_parameters;
    const std::shared_ptr<PrimaryWatch> m_primary; // of a pool that is meant to write
    const std::shared_ptr<Departures> m_departures = std::make_shared<Departures>();
};

} // namespace lifeguard
