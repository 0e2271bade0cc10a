// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/postgres_connector.h"

namespace lifeguard {

PostgresConnector::PostgresConnector(const std::string& connection, SessionSettings settings)
    : m_parameters(parseConnection(connection)), m_settings(std::move(settings))
{
}

tl::expected<std::unique_ptr<Session>, DatabaseError> PostgresConnector::open(TimePoint deadline,
                                                                              const std::atomic<bool>& giveUp)
{
    return openPostgres(deadline, giveUp);
}

tl::expected<std::unique_ptr<PostgresSession>, DatabaseError>
PostgresConnector::openPostgres(TimePoint deadline, const std::atomic<bool>& giveUp) const
{
    if (!m_parameters)
        return tl::unexpected(m_parameters.error());
    auto connection = connect(*m_parameters, m_settings, deadline, giveUp);
    if (!connection)
        return tl::unexpected(connection.error());
    return std::make_unique<PostgresSession>(std::move(*connection));
}

} // namespace lifeguard
