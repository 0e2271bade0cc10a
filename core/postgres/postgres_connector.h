// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/session.h"
#include "core/postgres/postgres_session.h"

namespace lifeguard {

// Opens PostgreSQL sessions for a pool.
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
    const tl::expected<ConnectionParameters, DatabaseError> m_parameters; // or why they can't be used
    const SessionSettings m_settings;
};

} // namespace lifeguard
