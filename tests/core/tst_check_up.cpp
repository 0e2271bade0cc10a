// SPDX-License-Identifier: Apache-2.0
// The configuration doctor's warnings reach a person when a pool is opened.
#include "core/fleet/check_up.h"

#include "tests/support/fleet_fixture.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 30'000; // ms, for conditions on a busy machine
constexpr EventKind kWarning = EventKind::ConfigurationWarning;

Profile impatient(const std::string& name)
{
    Profile profile = FleetFixture::profile(name);
    profile.options.acquireTimeout = 1s;
    return profile;
}

} // namespace

class TestCheckUp : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatTheOptionsShowIsToldAtOnce();
    void whatTakesTheServersWordIsToldOnceItAnswers();
    void theOtherPoolsOfTheServerCount();
    void aServerThatIsAwayIsAskedLater();
    void aServerlessProfileIsWarnedOfKeepalive();
    void aHealthyProfileIsNotWarnedOf();
};

void TestCheckUp::whatTheOptionsShowIsToldAtOnce()
{
    FleetFixture fixture;
    QVERIFY(fixture.run(OpenProfile{impatient("orders"), {}}).ok);
    const std::vector<Event> told = fixture.events(kWarning);
    QCOMPARE(told.size(), std::size_t{1});
    QCOMPARE(told.front().pool, std::string("orders"));
    QCOMPARE(told.front().severity, Severity::Warning);
    QVERIFY(told.front().text.starts_with("A caller gives up after 1.0 s"));
    QVERIFY(told.front().detail.ends_with("(acquire_below_connect)"));
    // The second visit, with the server's facts, repeats nothing.
    const auto server = fixture.driver->server("db");
    QTRY_COMPARE_WITH_TIMEOUT(server->factsAsked(), 1, kPatience);
    const int checks = server->checks();
    QTRY_VERIFY_WITH_TIMEOUT(server->checks() > checks + 2, kPatience);
    QCOMPARE(fixture.events(kWarning).size(), std::size_t{1});
    QCOMPARE(server->factsAsked(), 1);
}

void TestCheckUp::whatTakesTheServersWordIsToldOnceItAnswers()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setFacts({100, 3, 60s, 0ms, 0ms});
    QVERIFY(fixture.open("orders").ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.events(kWarning).size(), std::size_t{1}, kPatience);
    QVERIFY(fixture.events(kWarning).front().detail.ends_with("(idle_timeout_too_long)"));
}

void TestCheckUp::theOtherPoolsOfTheServerCount()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setFacts({18, 3, 0ms, 0ms, 0ms});
    fixture.driver->server("elsewhere")->setFacts({18, 3, 0ms, 0ms, 0ms});
    QVERIFY(fixture.open("first").ok);
    QVERIFY(fixture.open("far", "elsewhere/orders").ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.driver->server("db")->factsAsked(), 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.driver->server("elsewhere")->factsAsked(), 1, kPatience);
    QVERIFY(fixture.events(kWarning).empty()); // 10 of 15 each
    QVERIFY(fixture.open("second").ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.events(kWarning).size(), std::size_t{1}, kPatience);
    const Event told = fixture.events(kWarning).front();
    QCOMPARE(told.pool, std::string("second"));
    QVERIFY2(told.text.find("with another pool 20 connections, but the server has 15") != std::string::npos,
             told.text.c_str());
}

void TestCheckUp::aServerThatIsAwayIsAskedLater()
{
    FleetFixture fixture;
    const auto server = fixture.driver->server("db");
    server->setFacts({5, 3, 0ms, 0ms, 0ms});
    server->setChecks(HealthStatus::Failing, "connection refused");
    server->failSample({ErrorSign::Refused, {}, "connection refused", {}});
    QVERIFY(fixture.open("orders").ok);
    QTRY_VERIFY_WITH_TIMEOUT(server->checks() > 2, kPatience);
    QCOMPARE(server->factsAsked(), 0);
    server->setChecks(HealthStatus::Ok, "1.0 ms"); // a login works, the next doesn't
    QTRY_VERIFY_WITH_TIMEOUT(server->factsAsked() > 1, kPatience);
    QVERIFY(fixture.events(kWarning).empty());
    server->succeedSample();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.events(kWarning).size(), std::size_t{1}, kPatience);
}

void TestCheckUp::aServerlessProfileIsWarnedOfKeepalive()
{
    FleetFixture fixture;
    Profile profile = FleetFixture::profile("orders");
    profile.options.keepaliveInterval = 30s;
    profile.options.minSize = 0; // else it is warned of not sleeping, too
    QVERIFY(fixture.run(OpenProfile{profile, {}}).ok);
    QVERIFY(fixture.events(kWarning).empty());
    profile.name = "sleeper";
    profile.preset = Preset::Serverless;
    QVERIFY(fixture.run(OpenProfile{profile, {}}).ok);
    QCOMPARE(fixture.events(kWarning).size(), std::size_t{1});
    profile.name = "known";
    profile.preset = Preset::Default;
    profile.connection = "ep-1.neon.tech/orders";
    QVERIFY(fixture.run(OpenProfile{profile, {}}).ok);
    QCOMPARE(fixture.events(kWarning).size(), std::size_t{2});
    QVERIFY(fixture.events(kWarning).back().text.find("Neon") != std::string::npos);
}

void TestCheckUp::aHealthyProfileIsNotWarnedOf()
{
    FleetFixture fixture;
    fixture.driver->server("db")->setFacts({100, 3, 0ms, 0ms, 0ms});
    QVERIFY(fixture.open("orders").ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.driver->server("db")->factsAsked(), 1, kPatience);
    QVERIFY(fixture.events(kWarning).empty());
}

QTEST_GUILESS_MAIN(TestCheckUp)
#include "tst_check_up.moc"
