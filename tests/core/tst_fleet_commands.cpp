// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/fleet_commands.h"

#include "tests/support/fleet_fixture.h"

#include <QtTest>

#include <array>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 30'000; // ms, for conditions on a busy machine

bool contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

ServerActivity threeOfWeb()
{
    ServerActivity activity;
    activity.maxConnections = 100;
    activity.usedConnections = 10;
    activity.backends = {backend(11, "web", "idle"), backend(12, "web", "active"),
                         backend(13, "web", "idle in transaction"), backend(14, "web", "idle"),
                         backend(15, "cron", "idle")};
    return activity;
}

} // namespace

class TestFleetCommands : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyProblemOfAProfileIsTold();
    void anUnknownOptionIsRefusedByItsName();
    void aNameCanBeOpenOnlyOnce();
    void aManagedPoolIsResetBySomebody();
    void aManagedPoolIsResizedSuspendedAndResumedBySomebody();
    void softResetOfAnApplicationEndsOnlyItsIdleConnections();
    void softResetOfSessionsThatMayNotBeReadIsNoSuccess();
    void hardResetOfAnApplicationEndsAllOfItsConnectionsAndNoOthers();
    void refusedAndGoneConnectionsAreReportedOneByOne();
    void aResetOnAServerThatDoesNotAnswerFailsWithTheReason();
    void aPoolThatIsGoneIsSaidSo_data();
    void aPoolThatIsGoneIsSaidSo();
    void anApplicationsPoolCanNotBeClosedOrRegisteredThrough();
    void aTestRegistrationIsReportedAndLogged();
    void aFailedRegistrationSaysWhereAndWhatToDo();
    void healthChecksCanBeRunNow();
    void aConnectionTestTellsItsSteps();
};

void TestFleetCommands::everyProblemOfAProfileIsTold()
{
    FleetFixture fixture;
    Profile profile = FleetFixture::profile("", "nowhere");
    profile.options.maxSize = 0;
    profile.options.minSize = 3;
    const CommandOutcome outcome = fixture.run(OpenProfile{profile, "hunter2"});
    QVERIFY(!outcome.ok);
    for (const char* part : {"no name", "names no database", "maxSize", "minSize"})
        QVERIFY2(contains(outcome.summary, part), outcome.summary.c_str());
    QVERIFY(!outcome.advice.empty());
    const std::vector<Event> events = fixture.events(EventKind::CommandFailed);
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events[0].text, outcome.summary);
    for (const Event& event : fixture.fleet->journal().since({}))
        QVERIFY(!contains(event.text + event.detail, "hunter2"));
    QVERIFY(fixture.fleet->snapshot()->pools.empty());
}

void TestFleetCommands::anUnknownOptionIsRefusedByItsName()
{
    FleetFixture fixture;
    const CommandOutcome outcome = fixture.open("orders", "db/orders?autocommit=1");
    QVERIFY(!outcome.ok);
    QVERIFY2(contains(outcome.summary, "unknown option \"autocommit\""), outcome.summary.c_str());
    QVERIFY(fixture.fleet->pool("orders") == nullptr);
}

void TestFleetCommands::aNameCanBeOpenOnlyOnce()
{
    FleetFixture fixture;
    QVERIFY(fixture.open("orders").ok);
    const CommandOutcome second = fixture.open("orders", "other/orders");
    QVERIFY(!second.ok);
    QVERIFY(contains(second.summary, "open already"));
}

void TestFleetCommands::aManagedPoolIsResetBySomebody()
{
    FleetFixture fixture;
    fixture.open("orders");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view("orders").idle(), 1, kPatience);
    const CommandOutcome soft = fixture.run(ResetPool{"orders", ResetKind::Soft});
    QVERIFY2(soft.ok, soft.summary.c_str());
    QTRY_COMPARE_WITH_TIMEOUT(fixture.events(EventKind::SoftReset).size(), std::size_t{1}, kPatience);
    QVERIFY(contains(fixture.events(EventKind::SoftReset).back().text, "by ops@test"));
    const CommandOutcome hard = fixture.run(ResetPool{"orders", ResetKind::Hard});
    QVERIFY(hard.ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.events(EventKind::HardReset).size(), std::size_t{1}, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view("orders").managed->generation, std::uint64_t{3}, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view("orders").idle(), 1, kPatience);
}

void TestFleetCommands::aManagedPoolIsResizedSuspendedAndResumedBySomebody()
{
    FleetFixture fixture;
    fixture.open("orders");
    QVERIFY(fixture.run(ResizePool{"orders", 3, 20}).ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view("orders").idle(), 3, kPatience);
    QCOMPARE(fixture.view("orders").limit(), 20);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.events(EventKind::PoolResized).size(), std::size_t{1}, kPatience);
    QVERIFY(contains(fixture.events(EventKind::PoolResized).back().text, "by ops@test"));
    const CommandOutcome wrong = fixture.run(ResizePool{"orders", 3, 2});
    QVERIFY(!wrong.ok);
    QVERIFY2(contains(wrong.summary, "minSize must not be above maxSize"), wrong.summary.c_str());

    QVERIFY(!fixture.run(ResumePool{"orders"}).ok);
    QVERIFY(fixture.run(SuspendPool{"orders"}).ok);
    QVERIFY(!fixture.run(SuspendPool{"orders"}).ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view("orders").verdict.health, PoolHealth::Degraded, kPatience);
    QVERIFY(contains(fixture.view("orders").verdict.reason, "Suspended by hand"));
    QTRY_COMPARE_WITH_TIMEOUT(fixture.driver->server("db")->sessions->live(), 0, kPatience);
    QVERIFY(fixture.run(ResumePool{"orders"}).ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view("orders").idle(), 3, kPatience);
    QVERIFY(!fixture.run(SuspendPool{"nobody"}).ok);
}

void TestFleetCommands::softResetOfAnApplicationEndsOnlyItsIdleConnections()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setActivity(threeOfWeb());
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const PoolKey key = fixture.keyOf("web");
    const CommandOutcome outcome = fixture.run(ResetPool{key, ResetKind::Soft});
    QVERIFY2(outcome.ok, outcome.summary.c_str());
    QCOMPARE(fixture.driver->server("db")->ended(), (std::vector<int>{11, 14}));
    QCOMPARE(outcome.ended.size(), std::size_t{2});
    QVERIFY2(contains(outcome.summary, "by ops@test: 2 ended, 0 already gone, 0 refused"), outcome.summary.c_str());
    const Event event = fixture.events(EventKind::ServerReset).back();
    QCOMPARE(event.pool, key);
    QCOMPARE(event.count.value_or(-1), 2);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view(key).total(), 2, kPatience);
}

void TestFleetCommands::softResetOfSessionsThatMayNotBeReadIsNoSuccess()
{
    FleetFixture fixture;
    ServerActivity activity;
    activity.backends = {backend(11, "web", "")}; // its state is hidden
    fixture.driver->server("db")->setActivity(activity);
    fixture.driver->server("db")->onEnd([](const Backend& each) -> EndReport {
        return {each.pid, EndOutcome::Refused, "42501 this role may not read the session"};
    });
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const CommandOutcome outcome = fixture.run(ResetPool{fixture.keyOf("web"), ResetKind::Soft});
    QVERIFY2(!outcome.ok, outcome.summary.c_str());
    QVERIFY2(contains(outcome.summary, "0 ended, 0 already gone, 1 refused (42501"), outcome.summary.c_str());
    QCOMPARE(outcome.sqlState, std::string("42501"));
}

void TestFleetCommands::hardResetOfAnApplicationEndsAllOfItsConnectionsAndNoOthers()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setActivity(threeOfWeb());
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const PoolKey key = fixture.keyOf("web");
    QVERIFY(fixture.run(ResetPool{key, ResetKind::Hard}).ok);
    QCOMPARE(fixture.driver->server("db")->ended(), (std::vector<int>{11, 12, 13, 14}));
    const CommandOutcome again = fixture.run(ResetPool{key, ResetKind::Hard}); // its row stays for a while
    QVERIFY(again.ok);
    QVERIFY2(contains(again.summary, "no connection to end"), again.summary.c_str());
}

void TestFleetCommands::refusedAndGoneConnectionsAreReportedOneByOne()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setActivity(threeOfWeb());
    fixture.driver->server("db")->onEnd([](const Backend& each) -> EndReport {
        if (each.pid == 11)
            return {each.pid, EndOutcome::Refused, "42501 must be a superuser to terminate superuser process"};
        if (each.pid == 12)
            return {each.pid, EndOutcome::AlreadyGone, {}};
        return {each.pid, EndOutcome::Ended, {}};
    });
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const CommandOutcome outcome = fixture.run(ResetPool{fixture.keyOf("web"), ResetKind::Hard});
    QVERIFY(!outcome.ok);
    QCOMPARE(outcome.ended.size(), std::size_t{4});
    QCOMPARE(outcome.ended[0].outcome, EndOutcome::Refused);
    QCOMPARE(outcome.ended[1].outcome, EndOutcome::AlreadyGone);
    QVERIFY2(contains(outcome.summary, "2 ended, 1 already gone, 1 refused (42501"), outcome.summary.c_str());
    QCOMPARE(outcome.sqlState, std::string("42501"));
    QVERIFY(contains(outcome.advice, "pg_signal_backend"));
    QCOMPARE(fixture.events(EventKind::ServerReset).back().severity, Severity::Warning);
}

void TestFleetCommands::aResetOnAServerThatDoesNotAnswerFailsWithTheReason()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setActivity(threeOfWeb());
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const PoolKey key = fixture.keyOf("web");
    fixture.driver->server("db")->failSample(serverError("53300", "sorry, too many clients already"));
    const CommandOutcome outcome = fixture.run(ResetPool{key, ResetKind::Soft});
    QVERIFY(!outcome.ok);
    QCOMPARE(outcome.sqlState, std::string("53300"));
    QVERIFY2(contains(outcome.summary, "the server has no free connection (53300"), outcome.summary.c_str());
    QVERIFY(!outcome.advice.empty());
    QVERIFY(fixture.driver->server("db")->ended().empty());
}

void TestFleetCommands::aPoolThatIsGoneIsSaidSo_data()
{
    QTest::addColumn<int>("which");
    const char* const names[] = {"reset", "registration", "health checks", "close"};
    for (int which = 0; which < 4; ++which)
        QTest::newRow(names[which]) << which;
}

void TestFleetCommands::aPoolThatIsGoneIsSaidSo()
{
    QFETCH(int, which);
    const std::array<Command, 4> commands{ResetPool{"gone"}, RunTestRegistration{"gone"}, RunHealthChecks{"gone"},
                                          ClosePool{"gone"}};
    FleetFixture fixture;
    const CommandOutcome outcome = fixture.run(commands[static_cast<std::size_t>(which)]);
    QVERIFY(!outcome.ok);
    QVERIFY2(contains(outcome.summary, "there is no pool \"gone\""), outcome.summary.c_str());
    QCOMPARE(fixture.events(EventKind::CommandFailed).size(), std::size_t{1});
    QCOMPARE(fixture.events(EventKind::CommandFailed).front().pool, std::string("gone"));
}

void TestFleetCommands::anApplicationsPoolCanNotBeClosedOrRegisteredThrough()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setActivity(threeOfWeb());
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const PoolKey key = fixture.keyOf("web");
    for (const Command& command : {Command{ClosePool{key}}, Command{RunTestRegistration{key}}}) {
        const CommandOutcome outcome = fixture.run(command);
        QVERIFY(!outcome.ok);
        QVERIFY2(contains(outcome.summary, "\"web\" belongs to an application"), outcome.summary.c_str());
        QVERIFY(!outcome.advice.empty());
    }
}

void TestFleetCommands::aTestRegistrationIsReportedAndLogged()
{
    FleetFixture fixture;
    fixture.open("orders");
    const CommandOutcome outcome = fixture.run(RunTestRegistration{"orders"});
    QVERIFY2(outcome.ok, outcome.summary.c_str());
    QVERIFY(outcome.registration && outcome.registration->user);
    QVERIFY(contains(outcome.summary, "passed in"));
    const Event event = fixture.events(EventKind::RegistrationPassed).back();
    QCOMPARE(event.pool, std::string("orders"));
    QVERIFY(event.duration.has_value());
}

void TestFleetCommands::aFailedRegistrationSaysWhereAndWhatToDo()
{
    FleetFixture fixture;
    fixture.driver->server("db")->failStep(RegistrationPhase::InsertUser,
                                           serverError("42501", "permission denied for schema lifeguard_probe"));
    fixture.open("orders");
    const CommandOutcome outcome = fixture.run(RunTestRegistration{"orders"});
    QVERIFY(!outcome.ok);
    QVERIFY2(contains(outcome.summary, "failed at insert user"), outcome.summary.c_str());
    QCOMPARE(outcome.sqlState, std::string("42501"));
    QVERIFY(!outcome.advice.empty());
    QCOMPARE(fixture.events(EventKind::RegistrationFailed).back().severity, Severity::Critical);
    QVERIFY(fixture.events(EventKind::CommandFailed).empty()); // told once
}

void TestFleetCommands::healthChecksCanBeRunNow()
{
    FleetOptions slow = FleetFixture::quick();
    slow.healthInterval = 1h;
    FleetFixture fixture(slow);
    fixture.open("orders");
    const CommandOutcome good = fixture.run(RunHealthChecks{"orders"});
    QVERIFY2(good.ok, good.summary.c_str());
    QVERIFY(contains(good.summary, "6 of 6 ok"));
    fixture.driver->server("db")->setChecks(HealthStatus::Failing, "57P03 starting up", "57P03");
    const CommandOutcome bad = fixture.run(RunHealthChecks{"orders"});
    QVERIFY(!bad.ok);
    QVERIFY2(contains(bad.summary, "3 of 6 ok; Connect failing: 57P03"), bad.summary.c_str());
    QCOMPARE(bad.sqlState, std::string("57P03"));
}

void TestFleetCommands::aConnectionTestTellsItsSteps()
{
    FleetFixture fixture;
    const CommandOutcome good = fixture.run(TestConnection{FleetFixture::profile("orders"), {}});
    QVERIFY2(good.ok, good.summary.c_str());
    QCOMPARE(good.steps.size(), std::size_t{2});
    const CommandOutcome bad = fixture.run(TestConnection{FleetFixture::profile("orders"), "wrong"});
    QVERIFY(!bad.ok);
    QVERIFY(contains(bad.summary, "failed at \"log in\": 28P01"));
    QCOMPARE(bad.sqlState, std::string("28P01"));
    QVERIFY(!bad.advice.empty());
    QVERIFY(fixture.fleet->snapshot()->pools.empty());
}

QTEST_GUILESS_MAIN(TestFleetCommands)
#include "tst_fleet_commands.moc"
