// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/server_monitor.h"

#include "tests/support/fake_driver.h"
#include "tests/support/manual_time.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 30'000; // ms, for conditions on a busy machine

} // namespace

// A monitor over one server, with time in the test's hand.
class TestServerMonitor : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();
    void looksOnceAnInterval();
    void aLostServerIsToldOnceAndItsReturnToo();
    void aServerInTroubleIsAskedLessAndLessOften();
    void aRefusedPasswordIsNotTriedAgainUntilSomebodyAsks();
    void aCheckThatAPersonAskedForBringsStoppedMonitoringBack();
    void theOtherPoolsLoginIsTriedWhereTheFirstDoesNotWork();
    void changesOfHealthAreEventsInWords();
    void checksThatNeedTheServersActivityAreUnknownWithoutIt();
    void aVisitorDoesNotWaitBehindAServerThatHangs();
    void onlyTheDatabaseOfThePoolIsJudged();
    void aServerWhosePoolsAreAllAsleepIsLeftInPeace();
    void whatASessionRanLastIsKnownFromTheNewestLookAlone();

  private:
    void watch(const std::string& key, const std::string& connection = "db/orders");
    void nextLook(Duration after = 1s);
    std::vector<Event> events(EventKind kind) const;
    std::vector<CheckView> views(const std::string& key = "orders") const;

    std::shared_ptr<ManualTime> m_time;
    std::unique_ptr<FakeDriver> m_driver;
    std::shared_ptr<FakeServer> m_server;
    std::unique_ptr<Journal> m_journal;
    std::unique_ptr<ServerMonitor> m_monitor;
};

void TestServerMonitor::init()
{
    m_time = std::make_shared<ManualTime>();
    m_driver = std::make_unique<FakeDriver>(m_time);
    m_server = m_driver->server("db");
    m_journal = std::make_unique<Journal>();
    m_monitor = std::make_unique<ServerMonitor>(MonitorSetup{"db", 1s, 5s, 3s, m_time, m_journal.get()});
}

void TestServerMonitor::cleanup()
{
    m_server->resume();
    m_monitor.reset();
}

void TestServerMonitor::watch(const std::string& key, const std::string& connection)
{
    Profile profile;
    profile.connection = connection;
    const Target target = *m_driver->parse(connection);
    m_monitor->add({key, target.database, m_driver->serverProbe(profile, {}), m_driver->healthProbe(profile, {})});
}

void TestServerMonitor::nextLook(Duration after)
{
    const int before = m_server->samples();
    m_time->advance(after);
    QTRY_VERIFY_WITH_TIMEOUT(m_server->samples() > before, kPatience);
}

std::vector<Event> TestServerMonitor::events(EventKind kind) const
{
    std::vector<Event> chosen;
    for (const Event& event : m_journal->since({}))
        if (event.kind == kind)
            chosen.push_back(event);
    return chosen;
}

std::vector<CheckView> TestServerMonitor::views(const std::string& key) const
{
    const std::shared_ptr<const MonitorState> state = m_monitor->state();
    const auto health = state->health.find(key);
    return (health == state->health.end() ? HealthMonitor{} : health->second).views(m_time->now(), 5s);
}

void TestServerMonitor::looksOnceAnInterval()
{
    QCOMPARE(m_server->samples(), 0); // nobody is there yet
    watch("orders");
    QTRY_VERIFY_WITH_TIMEOUT(m_monitor->state()->server.connected && m_server->checks() == 1, kPatience);
    nextLook();
    QCOMPARE(m_server->checks(), 1); // their interval is longer
    nextLook(4s);
    QTRY_COMPARE_WITH_TIMEOUT(m_server->checks(), 2, kPatience);
    QCOMPARE(m_server->samples(), 3);
    QCOMPARE(m_monitor->state()->server.maxConnections, 100);
}

void TestServerMonitor::aLostServerIsToldOnceAndItsReturnToo()
{
    watch("orders");
    QTRY_VERIFY_WITH_TIMEOUT(m_monitor->state()->server.connected, kPatience);
    m_server->failSample(serverError("57P03", "the database system is starting up"));
    nextLook();
    QTRY_COMPARE_WITH_TIMEOUT(m_monitor->state()->server.error, std::string("57P03 the database system is starting up"),
                              kPatience);
    QVERIFY(!m_monitor->state()->server.connected);
    nextLook();
    m_server->succeedSample();
    nextLook(2s);
    QTRY_VERIFY_WITH_TIMEOUT(m_monitor->state()->server.connected, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(events(EventKind::MonitorRecovered).size(), std::size_t{1}, kPatience);
    QCOMPARE(events(EventKind::MonitorLost).size(), std::size_t{1});
    QCOMPARE(events(EventKind::MonitorLost)[0].text,
             std::string("Monitoring of db lost: 57P03 the database system is starting up"));
    QCOMPARE(events(EventKind::MonitorLost)[0].sqlState, std::string("57P03"));
    QCOMPARE(events(EventKind::MonitorRecovered)[0].text, std::string("Monitoring of db works again after 3.0 s"));
}

void TestServerMonitor::aServerInTroubleIsAskedLessAndLessOften()
{
    m_server->failSample(linkLost());
    watch("orders");
    QTRY_COMPARE_WITH_TIMEOUT(m_server->samples(), 1, kPatience);
    for (int pause = 1; pause <= 6; ++pause)
        nextLook(std::chrono::seconds{std::min(pause, 5)});
    QTRY_VERIFY_WITH_TIMEOUT(!m_monitor->state()->server.error.empty(), kPatience);
    const int before = m_server->samples();
    m_time->advance(4s);           // five are due
    m_monitor->checkNow("nobody"); // comes in between two turns of the thread
    QCOMPARE(m_server->samples(), before);
    nextLook(1s);
}

void TestServerMonitor::aRefusedPasswordIsNotTriedAgainUntilSomebodyAsks()
{
    m_server->failSample(serverError("28P01", "password authentication failed"));
    m_server->setChecks(HealthStatus::Failing, "28P01 password authentication failed", "28P01");
    watch("orders");
    QTRY_COMPARE_WITH_TIMEOUT(m_server->checks(), 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(views()[0].verdict, HealthStatus::Failing, kPatience);
    QCOMPARE(events(EventKind::MonitorLost)[0].severity, Severity::Critical);
    for (int i = 0; i < 3; ++i) {
        m_time->advance(1min);
        m_monitor->checkNow("nobody");
    }
    QCOMPARE(m_server->samples(), 1); // repeated tries lock accounts
    QCOMPARE(m_server->checks(), 1);

    m_server->succeedSample();
    m_server->setChecks(HealthStatus::Ok, "1 ms");
    m_monitor->wake();
    QTRY_VERIFY_WITH_TIMEOUT(m_monitor->state()->server.connected, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(m_server->checks(), 2, kPatience);
}

void TestServerMonitor::aCheckThatAPersonAskedForBringsStoppedMonitoringBack()
{
    m_server->failSample(serverError("28P01", "password authentication failed"));
    m_server->setChecks(HealthStatus::Failing, "28P01 password authentication failed", "28P01");
    watch("orders");
    QTRY_COMPARE_WITH_TIMEOUT(m_server->checks(), 1, kPatience);
    m_server->succeedSample();
    m_server->setChecks(HealthStatus::Ok, "1 ms");
    QVERIFY(m_monitor->checkNow("orders").has_value());
    QVERIFY(m_monitor->state()->server.connected);
    nextLook();
    nextLook(5s);
    QTRY_COMPARE_WITH_TIMEOUT(m_server->checks(), 3, kPatience);
}

void TestServerMonitor::theOtherPoolsLoginIsTriedWhereTheFirstDoesNotWork()
{
    m_server->failSample(serverError("28P01", "password authentication failed"));
    watch("orders");
    QTRY_COMPARE_WITH_TIMEOUT(m_server->samples(), 1, kPatience);
    m_server->succeedSample();
    watch("billing", "db/billing");
    QTRY_VERIFY_WITH_TIMEOUT(m_monitor->state()->server.connected, kPatience);
}

void TestServerMonitor::changesOfHealthAreEventsInWords()
{
    watch("orders");
    QTRY_COMPARE_WITH_TIMEOUT(m_server->checks(), 1, kPatience);
    ServerActivity full;
    full.maxConnections = 100;
    full.usedConnections = 91;
    m_server->setActivity(full);
    m_monitor->checkNow("orders");
    QVERIFY(events(EventKind::HealthChanged).empty()); // once is not enough
    m_monitor->checkNow("orders");
    const std::vector<Event> changed = events(EventKind::HealthChanged);
    QCOMPARE(changed.size(), std::size_t{1});
    QCOMPARE(changed[0].text, std::string("Health check \"Server headroom\" is now degraded: 91 of 100 in use"));
    QCOMPARE(changed[0].pool, std::string("orders"));
    QCOMPARE(changed[0].severity, Severity::Warning);
    full.usedConnections = 10;
    m_server->setActivity(full);
    m_monitor->checkNow("orders");
    m_monitor->checkNow("orders");
    QCOMPARE(events(EventKind::HealthChanged).back().text,
             std::string("Health check \"Server headroom\" is ok again: 10 of 100 in use"));
}

void TestServerMonitor::checksThatNeedTheServersActivityAreUnknownWithoutIt()
{
    m_server->failSample(serverError("53300", "sorry, too many clients already"));
    watch("orders");
    QTRY_COMPARE_WITH_TIMEOUT(views()[0].verdict, HealthStatus::Ok, kPatience);
    const CheckView headroom = views()[static_cast<std::size_t>(CheckKind::ServerHeadroom)];
    QCOMPARE(headroom.verdict, HealthStatus::Unknown);
    QCOMPARE(headroom.newest.text,
             std::string("the server has no free connection (53300 sorry, too many clients already)"));
    QCOMPARE(headroom.history.size(), std::size_t{1});
}

void TestServerMonitor::aVisitorDoesNotWaitBehindAServerThatHangs()
{
    watch("orders");
    watch("billing", "db/billing");
    QTRY_VERIFY_WITH_TIMEOUT(m_server->checks() >= 2, kPatience);
    m_server->hang();
    m_time->advance(5s);
    QTRY_COMPARE_WITH_TIMEOUT(m_server->hanging(), 1, kPatience);
    const int before = m_server->samples() + m_server->checks();
    std::atomic<bool> removed{false};
    std::thread visitor([&] {
        m_monitor->remove("billing");
        removed = true;
    });
    // Each probe that hangs ends by its deadline; the visitor comes in before many more have begun.
    for (int turn = 0; turn < 10 && !removed; ++turn) {
        m_time->advance(3s);
        QTRY_VERIFY_WITH_TIMEOUT(removed || m_server->hanging() == 1, kPatience);
    }
    m_server->resume();
    visitor.join();
    QVERIFY(m_server->samples() + m_server->checks() - before < 8);
    QVERIFY(!m_monitor->state()->health.contains("billing"));
    m_monitor->remove("orders");
    QVERIFY(m_monitor->empty());
}

void TestServerMonitor::onlyTheDatabaseOfThePoolIsJudged()
{
    ServerActivity activity;
    activity.maxConnections = 100;
    activity.backends = {backend(1, "web", "idle in transaction", "billing")};
    activity.backends[0].stateAge = 41s;
    m_server->setActivity(activity);
    watch("orders");
    watch("billing", "db/billing");
    const auto idle = static_cast<std::size_t>(CheckKind::IdleInTransaction);
    QTRY_COMPARE_WITH_TIMEOUT(views("billing")[idle].verdict, HealthStatus::Degraded, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(views("orders")[idle].verdict, HealthStatus::Ok, kPatience);
}

void TestServerMonitor::aServerWhosePoolsAreAllAsleepIsLeftInPeace()
{
    std::atomic<bool> ordersSleep{false};
    std::atomic<bool> reportsSleep{true};
    for (const auto& [key, asleep] : {std::pair{"orders", &ordersSleep}, std::pair{"reports", &reportsSleep}}) {
        Profile profile;
        profile.connection = "db/" + std::string(key);
        m_monitor->add(
            {key, key, m_driver->serverProbe(profile, {}), m_driver->healthProbe(profile, {}), {}, [sleeps = asleep] {
                 return sleeps->load();
             }});
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_server->checks(), 1, kPatience); // the pool that is awake is checked, the other isn't
    nextLook();
    ordersSleep = true;
    QTRY_VERIFY_WITH_TIMEOUT((m_time->advance(1s), m_monitor->state()->server.resting), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(m_server->rests(), 2, kPatience);
    const int samples = m_server->samples();
    const int checks = m_server->checks();
    m_time->advance(1h);
    QVERIFY(!QTest::qWaitFor([&] { return m_server->samples() + m_server->checks() > samples + checks; }, 30));
    QVERIFY(m_monitor->checkNow("orders").has_value()); // a person looks; afterwards it is left in peace again
    QTRY_VERIFY_WITH_TIMEOUT((m_time->advance(1s), m_server->rests() > 2), kPatience);
    reportsSleep = false;
    QTRY_VERIFY_WITH_TIMEOUT((m_time->advance(1s), m_server->samples() > samples + 1), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(m_server->checks() > checks + 1, kPatience);
    QVERIFY(!m_monitor->state()->server.resting);
}

void TestServerMonitor::whatASessionRanLastIsKnownFromTheNewestLookAlone()
{
    ServerActivity activity;
    activity.ownStatements[4'711] = "SELECT 1";
    m_server->setActivity(activity);
    QCOMPARE(m_monitor->statementOf(4'711), std::string());
    watch("orders");
    QTRY_COMPARE_WITH_TIMEOUT(m_monitor->statementOf(4'711), std::string("SELECT 1"), kPatience);
    QCOMPARE(m_monitor->statementOf(4'712), std::string());
    m_server->failSample(linkLost());
    nextLook();
    QTRY_COMPARE_WITH_TIMEOUT(m_monitor->statementOf(4'711), std::string(), kPatience);
}

QTEST_GUILESS_MAIN(TestServerMonitor)
#include "tst_server_monitor.moc"
