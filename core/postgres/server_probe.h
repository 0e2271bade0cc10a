// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/driver.h"
#include "core/postgres/postgres_connector.h"

namespace lifeguard {

// The one monitoring session of a server: opened when first needed, and again after it was lost. Every statement runs
// on its own (autocommit), since pg_stat_activity stands still inside a transaction.
class PostgresServerProbe final : public ServerProbe {
  public:
    explicit PostgresServerProbe(PostgresConnector connector);

    tl::expected<ServerActivity, DatabaseError> sample(TimePoint deadline) override;
    void rest() override { m_session.reset(); }
    tl::expected<std::vector<EndReport>, DatabaseError> end(const std::vector<Backend>& backends, ResetKind kind,
                                                            TimePoint deadline) override;

  private:
    using Rows = tl::expected<PgResult, DatabaseError>;

    std::optional<DatabaseError> connect(TimePoint deadline);
    Rows ask(const std::string& sql, const std::vector<std::string>& parameters, TimePoint deadline);
    std::optional<DatabaseError> readSettings(ServerActivity& activity, TimePoint deadline);
    std::optional<DatabaseError> readBackends(ServerActivity& activity, TimePoint deadline);
    std::optional<DatabaseError> readStandbys(ServerActivity& activity, TimePoint deadline);
    EndReport endOne(const Backend& backend, ResetKind kind, TimePoint deadline);

    const PostgresConnector m_connector;
    const std::atomic<bool> m_never{false};
    std::unique_ptr<PostgresSession> m_session;
};

} // namespace lifeguard
