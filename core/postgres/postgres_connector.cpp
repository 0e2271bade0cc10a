// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/postgres_connector.h"

#include "core/postgres/pg_error.h"

namespace lifeguard {

PostgresConnector::PostgresConnector(std::string connection, SessionSettings settings)
    : m_connection(std::move(connection)), m_settings(std::move(settings))
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
    const auto parameters = parseConnection(m_connection);
    if (!parameters)
        return tl::unexpected(parameters.error());
    auto connection = connect(*parameters, m_settings, deadline, giveUp);
    if (!connection)
        return tl::unexpected(connection.error());
    try {
        return std::make_unique<PostgresSession>(std::move(*connection));
    } catch (const pqxx::failure& error) { // it broke while libpqxx took it over
        return tl::unexpected(errorOf(error));
    }
}

} // namespace lifeguard
