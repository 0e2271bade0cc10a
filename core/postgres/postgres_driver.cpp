// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/postgres_driver.h"

#include "core/postgres/connection_test.h"
#include "core/postgres/health_probe.h"
#include "core/postgres/registration_steps.h"
#include "core/postgres/server_facts.h"
#include "core/postgres/server_probe.h"

namespace lifeguard {

namespace {

// The monitor's own statements are short; one that isn't must not burden the server.
constexpr std::chrono::milliseconds kMonitorStatementTimeout{2'000};

} // namespace

PostgresDriver::PostgresDriver(std::string applicationName) : m_applicationName(std::move(applicationName)) {}

tl::expected<Target, DatabaseError> PostgresDriver::parse(const std::string& connection) const
{
    return parseConnection(connection).map(targetOf);
}

std::shared_ptr<Connector> PostgresDriver::connector(const Profile& profile, const std::string& password)
{
    return std::make_shared<PostgresConnector>(profile.connection,
                                               settingsFor(profile.options, m_applicationName, password));
}

std::unique_ptr<ServerProbe> PostgresDriver::serverProbe(const Profile& profile, const std::string& password)
{
    return std::make_unique<PostgresServerProbe>(
        PostgresConnector(profile.connection, {m_applicationName, password, kMonitorStatementTimeout}));
}

std::unique_ptr<HealthProbe> PostgresDriver::healthProbe(const Profile& profile, const std::string& password)
{
    return std::make_unique<PostgresHealthProbe>(
        PostgresConnector(profile.connection, {m_applicationName, password, kMonitorStatementTimeout}));
}

std::unique_ptr<RegistrationSteps> PostgresDriver::registrationSteps(Session& session)
{
    return std::make_unique<PostgresRegistrationSteps>(static_cast<PostgresSession&>(session));
}

tl::expected<ServerFacts, DatabaseError> PostgresDriver::serverFacts(const Profile& profile,
                                                                     const std::string& password, TimePoint deadline)
{
    const std::atomic<bool> never{false};
    const PostgresConnector connector(profile.connection, {m_applicationName, password, {}});
    const auto session = connector.openPostgres(deadline, never);
    if (!session)
        return tl::unexpected(session.error());
    return readServerFacts(**session, deadline);
}

std::vector<ConnectionStep> PostgresDriver::test(const Profile& profile, const std::string& password,
                                                 TimePoint deadline)
{
    return testConnection(profile.connection, {m_applicationName, password, kMonitorStatementTimeout}, deadline);
}

} // namespace lifeguard
