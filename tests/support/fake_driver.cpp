// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_driver.h"

#include <algorithm>

namespace lifeguard {

namespace {

DatabaseError noAnswer()
{
    return {ErrorSign::Timeout, {}, "no answer in time", {}};
}

} // namespace

class FakeServerProbe final : public ServerProbe {
  public:
    explicit FakeServerProbe(std::shared_ptr<FakeServer> server) : m_server(std::move(server)) {}

    tl::expected<ServerActivity, DatabaseError> sample(TimePoint deadline) override
    {
        const bool late = m_server->visit(m_server->m_samples, deadline);
        const std::lock_guard lock(m_server->m_mutex);
        m_server->leave();
        if (late)
            return tl::unexpected(noAnswer());
        if (m_server->m_sampleError)
            return tl::unexpected(*m_server->m_sampleError);
        return m_server->m_activity;
    }

    void rest() override
    {
        const std::lock_guard lock(m_server->m_mutex);
        ++m_server->m_rests;
    }

    tl::expected<std::vector<EndReport>, DatabaseError> end(const std::vector<Backend>& backends, ResetKind,
                                                            TimePoint) override
    {
        const std::lock_guard lock(m_server->m_mutex);
        std::vector<EndReport> reports;
        for (const Backend& each : backends) {
            const EndReport report =
                m_server->m_onEnd ? m_server->m_onEnd(each) : EndReport{each.pid, EndOutcome::Ended, {}};
            if (report.outcome == EndOutcome::Ended) {
                m_server->m_ended.push_back(each.pid);
                std::erase_if(m_server->m_activity.backends,
                              [&each](const Backend& other) { return other.pid == each.pid; });
            }
            reports.push_back(report);
        }
        return reports;
    }

  private:
    const std::shared_ptr<FakeServer> m_server;
};

class FakeHealthProbe final : public HealthProbe {
  public:
    explicit FakeHealthProbe(std::shared_ptr<FakeServer> server) : m_server(std::move(server)) {}

    std::vector<CheckResult> run(TimePoint deadline) override
    {
        const bool late = m_server->visit(m_server->m_checks, deadline);
        const std::lock_guard lock(m_server->m_mutex);
        m_server->leave();
        std::vector<CheckResult> results;
        for (const CheckKind kind : {CheckKind::Connect, CheckKind::Validate, CheckKind::WriteRolledBack}) {
            CheckResult result = m_server->m_check;
            result.kind = kind;
            result.at = m_server->m_time->now();
            if (late) {
                result.status = HealthStatus::Failing;
                result.text = noAnswer().message;
            }
            results.push_back(std::move(result));
        }
        return results;
    }

  private:
    const std::shared_ptr<FakeServer> m_server;
};

void FakeServer::setActivity(ServerActivity activity)
{
    const std::lock_guard lock(m_mutex);
    m_activity = std::move(activity);
}

void FakeServer::failSample(DatabaseError error)
{
    const std::lock_guard lock(m_mutex);
    m_sampleError = std::move(error);
}

void FakeServer::succeedSample()
{
    const std::lock_guard lock(m_mutex);
    m_sampleError.reset();
}

void FakeServer::setChecks(HealthStatus status, std::string text, std::string sqlState)
{
    const std::lock_guard lock(m_mutex);
    m_check.status = status;
    m_check.text = std::move(text);
    m_check.sqlState = std::move(sqlState);
}

void FakeServer::setFacts(ServerFacts facts)
{
    const std::lock_guard lock(m_mutex);
    m_facts = facts;
}

int FakeServer::factsAsked() const
{
    const std::lock_guard lock(m_mutex);
    return m_factsAsked;
}

void FakeServer::failStep(RegistrationPhase phase, DatabaseError error)
{
    const std::lock_guard lock(m_mutex);
    m_stepErrors[phase] = std::move(error);
}

void FakeServer::hang()
{
    const std::lock_guard lock(m_mutex);
    m_hang = true;
}

void FakeServer::resume()
{
    const std::lock_guard lock(m_mutex);
    m_hang = false;
    m_changed.notify_all();
}

void FakeServer::onEnd(std::function<EndReport(const Backend&)> answer)
{
    const std::lock_guard lock(m_mutex);
    m_onEnd = std::move(answer);
}

int FakeServer::rests() const
{
    const std::lock_guard lock(m_mutex);
    return m_rests;
}

int FakeServer::samples() const
{
    const std::lock_guard lock(m_mutex);
    return m_samples;
}

int FakeServer::checks() const
{
    const std::lock_guard lock(m_mutex);
    return m_checks;
}

int FakeServer::hanging() const
{
    const std::lock_guard lock(m_mutex);
    return m_hanging;
}

int FakeServer::mostAtOnce() const
{
    const std::lock_guard lock(m_mutex);
    return m_mostAtOnce;
}

std::vector<int> FakeServer::ended() const
{
    const std::lock_guard lock(m_mutex);
    return m_ended;
}

bool FakeServer::visit(int& counter, TimePoint deadline)
{
    std::unique_lock lock(m_mutex);
    ++counter;
    m_mostAtOnce = std::max(m_mostAtOnce, ++m_inside);
    ++m_hanging;
    while (m_hang && m_time->now() < deadline)
        m_time->waitUntil(m_changed, lock, deadline);
    --m_hanging;
    return m_hang;
}

void FakeServer::leave()
{
    --m_inside;
}

std::shared_ptr<FakeServer> FakeDriver::server(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<FakeServer>& server = m_servers[name];
    if (!server) {
        server = std::make_shared<FakeServer>(m_time);
        ServerActivity quiet;
        quiet.version = "15.18";
        quiet.maxConnections = 100;
        quiet.usedConnections = 5;
        quiet.ownConnections = 2;
        server->setActivity(std::move(quiet));
        server->setChecks(HealthStatus::Ok, "1.0 ms");
    }
    return server;
}

tl::expected<Target, DatabaseError> FakeDriver::parse(const std::string& connection) const
{
    const std::size_t slash = connection.find('/');
    const std::size_t question = connection.find('?');
    if (slash == std::string::npos)
        return tl::unexpected(DatabaseError{ErrorSign::BadOption, {}, "\"" + connection + "\" names no database", {}});
    if (question != std::string::npos) {
        const std::string option = connection.substr(question + 1, connection.find('=') - question - 1);
        return tl::unexpected(DatabaseError{ErrorSign::BadOption, {}, "unknown option \"" + option + "\"", {}});
    }
    return Target{connection.substr(0, slash), connection.substr(slash + 1), "app", connection};
}

std::shared_ptr<FakeServer> FakeDriver::serverOf(const Profile& profile)
{
    return server(parse(profile.connection)->server);
}

std::shared_ptr<Connector> FakeDriver::connector(const Profile& profile, const std::string&)
{
    return serverOf(profile)->sessions->connector();
}

std::unique_ptr<ServerProbe> FakeDriver::serverProbe(const Profile& profile, const std::string&)
{
    return std::make_unique<FakeServerProbe>(serverOf(profile));
}

std::unique_ptr<HealthProbe> FakeDriver::healthProbe(const Profile& profile, const std::string&)
{
    return std::make_unique<FakeHealthProbe>(serverOf(profile));
}

std::unique_ptr<RegistrationSteps> FakeDriver::registrationSteps(Session&)
{
    std::map<RegistrationPhase, DatabaseError> errors;
    const std::lock_guard lock(m_mutex);
    for (const auto& [name, server] : m_servers) {
        const std::lock_guard inner(server->m_mutex);
        errors.insert(server->m_stepErrors.begin(), server->m_stepErrors.end());
    }
    return std::make_unique<FakeSteps>(std::move(errors));
}

tl::expected<ServerFacts, DatabaseError> FakeDriver::serverFacts(const Profile& profile, const std::string&, TimePoint)
{
    const auto server = serverOf(profile);
    const std::lock_guard lock(server->m_mutex);
    ++server->m_factsAsked;
    if (server->m_sampleError)
        return tl::unexpected(*server->m_sampleError);
    return server->m_facts;
}

std::vector<ConnectionStep> FakeDriver::test(const Profile& profile, const std::string& password, TimePoint)
{
    const auto target = parse(profile.connection);
    if (!target)
        return {{"options", false, {}, describe(target.error())}};
    if (password == "wrong")
        return {{"options", true, {}, "ok"},
                {"log in", false, {}, "28P01 password authentication failed for user \"app\""}};
    return {{"options", true, {}, "ok"}, {"log in", true, {}, "PostgreSQL 15.18"}};
}

std::optional<DatabaseError> FakeSteps::at(RegistrationPhase phase) const
{
    if (onStep)
        onStep(phase);
    const auto error = m_errors.find(phase);
    return error == m_errors.end() ? std::nullopt : std::optional(error->second);
}

std::optional<DatabaseError> FakeSteps::begin(TimePoint)
{
    return at(RegistrationPhase::Begin);
}

std::optional<DatabaseError> FakeSteps::insertUser(const RegisteredUser& user, TimePoint)
{
    m_user = user;
    return at(RegistrationPhase::InsertUser);
}

std::optional<DatabaseError> FakeSteps::insertSession(const RegisteredSession& session, TimePoint)
{
    m_session = session;
    return at(RegistrationPhase::InsertSession);
}

std::optional<DatabaseError> FakeSteps::verify(RegisteredUser& user, RegisteredSession& session, TimePoint)
{
    user = m_user;
    session = m_session;
    if (changeRead)
        changeRead(user, session);
    return at(RegistrationPhase::Verify);
}

std::optional<DatabaseError> FakeSteps::rollback(TimePoint)
{
    return at(RegistrationPhase::Rollback);
}

Backend backend(int pid, std::string application, std::string state, std::string database)
{
    Backend made;
    made.pid = pid;
    made.backendStart = "start of " + std::to_string(pid);
    made.application = std::move(application);
    made.user = "app";
    made.database = std::move(database);
    made.clientHost = "10.0.0.7";
    made.state = std::move(state);
    return made;
}

} // namespace lifeguard
