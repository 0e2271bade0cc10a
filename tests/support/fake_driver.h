// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/command.h"
#include "core/fleet/driver.h"
#include "tests/support/stub_session.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lifeguard {

// A server for the fleet: what its monitoring shows, how its health checks end, which backends it ends. Any thread.
class FakeServer {
  public:
    explicit FakeServer(std::shared_ptr<const TimeSource> time) : sessions(StubServer::make(time)), m_time(time) {}

    const std::shared_ptr<StubServer> sessions; // those of the pools

    void setActivity(ServerActivity activity);
    void failSample(DatabaseError error); // until succeedSample()
    void succeedSample();
    void setChecks(HealthStatus status, std::string text, std::string sqlState = {}); // of connect, validate and write
    void setFacts(ServerFacts facts);
    void failStep(RegistrationPhase phase, DatabaseError error);

    // From now on every probe waits until its deadline, or until resume(). Then it fails with ErrorSign::Timeout.
    void hang();
    void resume();

    // What becomes of a backend that is asked to end. Ended ones leave the activity.
    void onEnd(std::function<EndReport(const Backend&)> answer);

    int samples() const;
    int rests() const; // sessions of probes that were closed to let the server sleep
    int factsAsked() const;
    int checks() const;
    int hanging() const;    // probes that wait now
    int mostAtOnce() const; // the most looks and rounds of checks that were under way together
    std::vector<int> ended() const;

  private:
    friend class FakeServerProbe;
    friend class FakeHealthProbe;
    friend class FakeDriver;

    // Counts a probe's visit, and waits it out while the server hangs. True when the deadline came first.
    bool visit(int& counter, TimePoint deadline);
    void leave();

    const std::shared_ptr<const TimeSource> m_time;
    mutable std::mutex m_mutex; // guards everything below
    std::condition_variable m_changed;
    ServerActivity m_activity;
    std::optional<DatabaseError> m_sampleError;
    CheckResult m_check;
    ServerFacts m_facts;
    int m_factsAsked = 0;
    std::map<RegistrationPhase, DatabaseError> m_stepErrors;
    std::function<EndReport(const Backend&)> m_onEnd;
    bool m_hang = false;
    int m_samples = 0;
    int m_rests = 0;
    int m_checks = 0;
    int m_hanging = 0;
    int m_inside = 0;
    int m_mostAtOnce = 0;
    std::vector<int> m_ended;
};

// A driver for servers that exist by name only. Connections read "server/database?option=value"; no option is known.
class FakeDriver final : public Driver {
  public:
    explicit FakeDriver(std::shared_ptr<const TimeSource> time = std::make_shared<SystemTime>())
        : m_time(std::move(time))
    {
    }

    std::shared_ptr<FakeServer> server(const std::string& name); // made when it is first named

    tl::expected<Target, DatabaseError> parse(const std::string& connection) const override;
    std::shared_ptr<Connector> connector(const Profile& profile, const std::string& password) override;
    std::unique_ptr<ServerProbe> serverProbe(const Profile& profile, const std::string& password) override;
    std::unique_ptr<HealthProbe> healthProbe(const Profile& profile, const std::string& password) override;
    std::unique_ptr<RegistrationSteps> registrationSteps(Session& session) override;
    tl::expected<ServerFacts, DatabaseError> serverFacts(const Profile& profile, const std::string& password,
                                                         TimePoint deadline) override;
    std::vector<ConnectionStep> test(const Profile& profile, const std::string& password, TimePoint deadline) override;

  private:
    std::shared_ptr<FakeServer> serverOf(const Profile& profile);

    const std::shared_ptr<const TimeSource> m_time;
    std::mutex m_mutex; // guards m_servers
    std::map<std::string, std::shared_ptr<FakeServer>> m_servers;
};

// The steps of a test registration on a server that keeps what was written for as long as the steps live.
class FakeSteps final : public RegistrationSteps {
  public:
    explicit FakeSteps(std::map<RegistrationPhase, DatabaseError> errors) : m_errors(std::move(errors)) {}

    std::optional<DatabaseError> begin(TimePoint deadline) override;
    std::optional<DatabaseError> insertUser(const RegisteredUser& user, TimePoint deadline) override;
    std::optional<DatabaseError> insertSession(const RegisteredSession& session, TimePoint deadline) override;
    std::optional<DatabaseError> verify(RegisteredUser& user, RegisteredSession& session, TimePoint deadline) override;
    std::optional<DatabaseError> rollback(TimePoint deadline) override;

    std::function<void(RegistrationPhase)> onStep;                       // before each
    std::function<void(RegisteredUser&, RegisteredSession&)> changeRead; // what verify() reads back

  private:
    std::optional<DatabaseError> at(RegistrationPhase phase) const;

    const std::map<RegistrationPhase, DatabaseError> m_errors;
    RegisteredUser m_user;
    RegisteredSession m_session;
};

// A backend as pg_stat_activity shows it; its backend start is made from its pid.
Backend backend(int pid, std::string application, std::string state, std::string database = "orders");

} // namespace lifeguard
