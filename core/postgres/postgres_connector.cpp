// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/postgres_connector.h"

namespace lifeguard {

namespace {

tl::expected<ConnectionParameters, DatabaseError> parametersOf(const std::string& connection,
                                                               const SessionSettings& settings)
{
    auto parameters = parseConnection(connection);
    return parameters ? withRole(std::move(*parameters), settings) : parameters;
}

} // namespace

PostgresConnector::PostgresConnector(const std::string& connection, SessionSettings settings)
    : m_settings(std::move(settings))
    , m_parameters(parametersOf(connection, m_settings))
    , m_primary(m_parameters ? PrimaryWatch::make(*m_parameters, m_settings) : nullptr)
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
    m_departures->waitUntilGone(deadline, giveUp);
    const std::uint64_t era = m_primary ? m_primary->era() : 0;
    auto connected = connect(*m_parameters, m_settings, deadline, giveUp, m_primary ? m_primary->lastPlace() : 0);
    if (!connected)
        return tl::unexpected(connected.error());
    if (m_primary)
        m_primary->setLastPlace(connected->place);
    auto session = std::make_unique<PostgresSession>(
        std::move(connected->connection), SessionCare{m_settings.resetOnRelease, m_settings.setUp,
                                                      std::move(connected->setBySql), m_primary, era, m_departures});
    if (auto error = session->setUp(deadline))
        return tl::unexpected(std::move(*error));
    return session;
}

} // namespace lifeguard
