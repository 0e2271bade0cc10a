// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/fleet_commands.h"

#include "tests/support/fleet_fixture.h"

#include <QtTest>

using namespace lifeguard;

namespace {

constexpr int kPatience = 30'000; // ms, for conditions on a busy machine

bool contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

FleetOptions readOnlyConsole()
{
    FleetOptions options = FleetFixture::quick();
    options.readOnly = true;
    return options;
}

Profile readOnlyProfile(const std::string& name)
{
    Profile profile = FleetFixture::profile(name);
    profile.readOnly = true;
    return profile;
}

std::vector<Command> actionsOn(const PoolKey& pool)
{
    return {ResetPool{pool, ResetKind::Soft},
            ResetPool{pool, ResetKind::Hard},
            ResizePool{pool, 3, 20},
            SuspendPool{pool},
            ResumePool{pool},
            RunTestRegistration{pool}};
}

void addActions()
{
    QTest::addColumn<int>("which");
    const std::vector<Command> actions = actionsOn("orders");
    for (int which = 0; which < static_cast<int>(actions.size()); ++which)
        QTest::newRow(std::string(actionOf(actions[static_cast<std::size_t>(which)])).c_str()) << which;
}

void expectRefused(FleetFixture& fixture, const Command& command, const char* why)
{
    const CommandOutcome outcome = fixture.run(command);
    QVERIFY(!outcome.ok);
    QVERIFY2(contains(outcome.summary, "was not begun: ") && contains(outcome.summary, why), outcome.summary.c_str());
    QVERIFY(!outcome.advice.empty());
    QCOMPARE(fixture.events(EventKind::CommandFailed).back().text, outcome.summary);
    const Event audited = fixture.events(EventKind::ActionAudited).back();
    QVERIFY2(contains(audited.text, ": refused"), audited.text.c_str());
}

void expectUntouched(FleetFixture& fixture)
{
    for (const EventKind kind :
         {EventKind::SoftReset, EventKind::HardReset, EventKind::PoolResized, EventKind::PoolSuspended,
          EventKind::PoolResumed, EventKind::RegistrationPassed, EventKind::RegistrationFailed})
        QVERIFY2(fixture.events(kind).empty(), std::string(nameOf(kind)).c_str());
    QCOMPARE(fixture.fleet->pool("orders")->snapshot().generation, std::uint64_t{1});
}

} // namespace

class TestFleetCommandsReadOnly : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aReadOnlyProfileRefusesEveryAction_data() { addActions(); }
    void aReadOnlyProfileRefusesEveryAction();
    void aReadOnlyConsoleRefusesEveryAction_data() { addActions(); }
    void aReadOnlyConsoleRefusesEveryAction();
    void anApplicationSeenThroughAReadOnlyProfileIsNotReset();
    void anotherProfileMayStillAct();
    void lookingOpeningAndClosingAreAllowed();
    void theSnapshotSaysWhichPoolsAreReadOnly();
};

void TestFleetCommandsReadOnly::aReadOnlyProfileRefusesEveryAction()
{
    QFETCH(const int, which);
    FleetFixture fixture;
    QVERIFY(fixture.run(OpenProfile{readOnlyProfile("orders"), {}}).ok);
    expectRefused(fixture, actionsOn("orders")[static_cast<std::size_t>(which)], "its profile is read-only");
    expectUntouched(fixture);
}

void TestFleetCommandsReadOnly::aReadOnlyConsoleRefusesEveryAction()
{
    QFETCH(const int, which);
    FleetFixture fixture(readOnlyConsole());
    QVERIFY(fixture.open("orders").ok);
    expectRefused(fixture, actionsOn("orders")[static_cast<std::size_t>(which)], "this console is read-only");
    expectUntouched(fixture);
}

void TestFleetCommandsReadOnly::anApplicationSeenThroughAReadOnlyProfileIsNotReset()
{
    FleetFixture fixture;
    ServerActivity activity;
    activity.backends = {backend(11, "web", "idle")};
    fixture.driver->server("db")->setActivity(activity);
    QVERIFY(fixture.open("billing").ok); // on the same server; it may act on its own pool only
    QVERIFY(fixture.run(OpenProfile{readOnlyProfile("orders"), {}}).ok);
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    expectRefused(fixture, ResetPool{fixture.keyOf("web"), ResetKind::Hard}, "watched through \"orders\"");
    QVERIFY(fixture.driver->server("db")->ended().empty());
}

void TestFleetCommandsReadOnly::anotherProfileMayStillAct()
{
    FleetFixture fixture;
    QVERIFY(fixture.run(OpenProfile{readOnlyProfile("orders"), {}}).ok);
    QVERIFY(fixture.open("billing").ok);
    const CommandOutcome outcome = fixture.run(ResetPool{"billing", ResetKind::Soft});
    QVERIFY2(outcome.ok, outcome.summary.c_str());
}

void TestFleetCommandsReadOnly::lookingOpeningAndClosingAreAllowed()
{
    FleetFixture fixture(readOnlyConsole());
    QVERIFY(fixture.run(TestConnection{FleetFixture::profile("orders"), {}}).ok);
    QVERIFY(fixture.open("orders").ok);
    QVERIFY(fixture.run(RunHealthChecks{"orders"}).ok);
    QVERIFY(fixture.run(ClosePool{"orders"}).ok);
}

void TestFleetCommandsReadOnly::theSnapshotSaysWhichPoolsAreReadOnly()
{
    FleetFixture fixture;
    ServerActivity activity;
    activity.backends = {backend(11, "web", "idle")};
    fixture.driver->server("db")->setActivity(activity);
    QVERIFY(fixture.open("billing").ok);
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    QVERIFY(!fixture.view(fixture.keyOf("web")).readOnly);
    QVERIFY(fixture.run(OpenProfile{readOnlyProfile("orders"), {}}).ok);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.view("orders").readOnly, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.view(fixture.keyOf("web")).readOnly, kPatience);
    QVERIFY(!fixture.view("billing").readOnly);
}

QTEST_GUILESS_MAIN(TestFleetCommandsReadOnly)
#include "tst_fleet_commands_read_only.moc"
