// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_monitor.h"
#include "tests/support/alert_snapshots.h"

#include <QtTest>

using namespace lifeguard;
using namespace lifeguard::alert_snapshots;
using namespace std::chrono_literals;
using What = AlertChange::What;

namespace {

PoolView orders(std::chrono::milliseconds oldestWait, int waiting = 6)
{
    PoolView view = managed("orders", 10);
    view.managed->waiting = oldestWait.count() > 0 ? waiting : 0;
    view.managed->oldestWait = oldestWait;
    return view;
}

// The monitor, a snapshot every 250 ms.
struct Watch {
    explicit Watch(std::vector<AlertRule> rules = {ruleOf(AlertKind::Waiting, 1'000)}) : monitor(std::move(rules)) {}

    std::vector<What> take(std::vector<PoolView> pools, std::vector<ServerView> servers = {})
    {
        now += 250ms;
        return take(snapshot(now, std::move(pools), std::move(servers)));
    }
    std::vector<What> take(const FleetSnapshot& made)
    {
        changes = monitor.evaluate(made);
        std::vector<What> what;
        for (const AlertChange& change : changes)
            what.push_back(change.what);
        return what;
    }
    std::vector<What> waitFor(std::chrono::milliseconds oldestWait, int samples)
    {
        std::vector<What> all;
        for (int i = 0; i < samples; ++i)
            for (const What what : take({orders(oldestWait)}))
                all.push_back(what);
        return all;
    }

    AlertMonitor monitor;
    std::chrono::milliseconds now{0};
    std::vector<AlertChange> changes;
};

using Told = std::vector<What>;

} // namespace

class TestAlertMonitor : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void itFiresAfterSoManyBadSamplesInARow();
    void aGoodSampleBetweenBeginsTheCountAnew();
    void itClearsAfterSoManyGoodSamplesInARow();
    void oneIncidentWhileItLasts();
    void theIncidentSaysSinceWhenAndTheWorst();
    void oldNumbersNeitherFireNorClear();
    void remindersComeAtTheirIntervalUntilAcknowledged();
    void withoutAnIntervalThereIsNoReminder();
    void whatIsMutedIsKeptAndToldWhenTheMuteEnds();
    void aMuteInTheMiddleIsToldOnce();
    void aMuteIsForItsKindAndSubjectOnly();
    void aNewerMuteForTheSameReplacesTheOlder();
    void aPoolThatIsGoneEndsItsIncident();
    void aRuleThatIsSwitchedOffEndsItsIncidents();
    void aHigherThresholdClearsInItsTime();
    void anOpenCircuitIsOneIncidentAndNotFour();
    void withoutTheCircuitsRuleTheOthersStillTell();
    void aServerIsToldOnceHoweverManyPoolsItHas();
    void criticalIncidentsComeFirst();
    void acknowledgingTwiceIsToldOnce();
};

void TestAlertMonitor::itFiresAfterSoManyBadSamplesInARow()
{
    Watch watch;
    QCOMPARE(watch.waitFor(1'000ms, 2), Told{});
    QVERIFY(watch.monitor.incidents().empty());
    QCOMPARE(watch.waitFor(1'000ms, 1), Told{What::Began});
    QCOMPARE(watch.monitor.incidents().size(), std::size_t{1});
}

void TestAlertMonitor::aGoodSampleBetweenBeginsTheCountAnew()
{
    Watch watch;
    QCOMPARE(watch.waitFor(1'000ms, 2), Told{});
    QCOMPARE(watch.waitFor(999ms, 1), Told{});
    QCOMPARE(watch.waitFor(1'000ms, 2), Told{});
    QCOMPARE(watch.waitFor(1'000ms, 1), Told{What::Began});
}

void TestAlertMonitor::itClearsAfterSoManyGoodSamplesInARow()
{
    Watch watch;
    watch.waitFor(2s, 3);
    QCOMPARE(watch.waitFor(0ms, 1), Told{});
    QCOMPARE(watch.waitFor(2s, 1), Told{});
    QCOMPARE(watch.waitFor(0ms, 1), Told{});
    QCOMPARE(watch.waitFor(0ms, 1), Told{What::Ended});
    QVERIFY(watch.monitor.incidents().empty());
    QCOMPARE(watch.waitFor(0ms, 5), Told{});
}

void TestAlertMonitor::oneIncidentWhileItLasts()
{
    Watch watch;
    QCOMPARE(watch.waitFor(2s, 100), Told{What::Began});
    const std::uint64_t first = watch.monitor.incidents().front().id;
    watch.waitFor(0ms, 2);
    watch.waitFor(2s, 3);
    QVERIFY(watch.monitor.incidents().front().id > first); // the next one is another
}

void TestAlertMonitor::theIncidentSaysSinceWhenAndTheWorst()
{
    Watch watch;
    watch.waitFor(0ms, 4);
    watch.waitFor(1'400ms, 3);
    watch.waitFor(3s, 1);
    watch.waitFor(1'200ms, 1);
    const Incident incident = watch.monitor.incidents().front();
    QCOMPARE(incident.since, kStart + 1'250ms); // the first bad sample, not the third
    QCOMPARE(incident.sinceWall, kWallStart + 1'250ms);
    QCOMPARE(incident.lasted(), std::chrono::milliseconds{1'000});
    QCOMPARE(incident.worst, 3'000.0);
    QCOMPARE(incident.text, std::string("orders: 6 callers wait, the oldest 1.2 s"));
    QCOMPARE(incident.pool, std::string("orders"));
    QCOMPARE(incident.severity, Severity::Warning);
}

void TestAlertMonitor::oldNumbersNeitherFireNorClear()
{
    Watch watch;
    FleetSnapshot old = snapshot(250ms, {orders(2s)});
    for (int i = 0; i < 10; ++i) { // the server doesn't answer: the clock goes on, the sample doesn't
        old.at += 250ms;
        QCOMPARE(watch.take(old), Told{});
    }
    watch.now = 60s;
    QCOMPARE(watch.waitFor(2s, 2), Told{What::Began});
    FleetSnapshot good = snapshot(watch.now + 250ms, {orders(0ms)});
    for (int i = 0; i < 10; ++i) {
        good.at += 250ms;
        QCOMPARE(watch.take(good), Told{});
    }
    QCOMPARE(watch.monitor.incidents().size(), std::size_t{1});
}

void TestAlertMonitor::remindersComeAtTheirIntervalUntilAcknowledged()
{
    AlertRule rule = ruleOf(AlertKind::Waiting, 1'000);
    rule.remindAfter = 1s;
    Watch watch({rule});
    QCOMPARE(watch.waitFor(2s, 3), Told{What::Began});
    QCOMPARE(watch.waitFor(2s, 3), Told{});
    QCOMPARE(watch.waitFor(2s, 1), Told{What::Reminded});
    QCOMPARE(watch.waitFor(2s, 4), Told{What::Reminded});
    QVERIFY(watch.monitor.acknowledge(watch.monitor.incidents().front().id, "ops@desk"));
    QCOMPARE(watch.waitFor(2s, 20), Told{What::Acknowledged});
    QCOMPARE(watch.monitor.incidents().front().acknowledgedBy, std::string("ops@desk"));
    QCOMPARE(watch.waitFor(0ms, 2), Told{What::Ended});
}

void TestAlertMonitor::withoutAnIntervalThereIsNoReminder()
{
    Watch watch;
    watch.waitFor(2s, 3);
    watch.now += 24h;
    QCOMPARE(watch.waitFor(2s, 10), Told{});
}

void TestAlertMonitor::whatIsMutedIsKeptAndToldWhenTheMuteEnds()
{
    Watch watch;
    watch.monitor.mute({{}, {}, kWallStart + 10s});
    QCOMPARE(watch.waitFor(2s, 3), Told{What::Began});
    QVERIFY(watch.changes.front().incident.muted);
    QCOMPARE(watch.waitFor(2s, 30), Told{});
    watch.now = 10s;
    QCOMPARE(watch.waitFor(2s, 1), Told{What::Reminded});
    QVERIFY(!watch.changes.front().incident.muted);
    QVERIFY(watch.monitor.mutes().empty());
    QCOMPARE(watch.waitFor(2s, 5), Told{});
}

void TestAlertMonitor::aMuteInTheMiddleIsToldOnce()
{
    Watch watch;
    watch.waitFor(2s, 3);
    watch.monitor.mute({AlertKind::Waiting, "orders", kWallStart + 1h});
    QCOMPARE(watch.waitFor(2s, 5), Told{What::Muted});
    QVERIFY(watch.monitor.incidents().front().muted);
    QCOMPARE(watch.waitFor(0ms, 2), Told{What::Ended});
}

void TestAlertMonitor::aMuteIsForItsKindAndSubjectOnly()
{
    const AlertMute all{{}, {}, kWallStart};
    const AlertMute pool{{}, "orders", kWallStart};
    const AlertMute kind{AlertKind::Waiting, {}, kWallStart};
    const AlertMute both{AlertKind::Waiting, "orders", kWallStart};
    for (const AlertMute& mute : {all, pool, kind, both})
        QVERIFY(mute.covers(AlertKind::Waiting, "orders"));
    QVERIFY(all.covers(AlertKind::Headroom, "db"));
    QVERIFY(pool.covers(AlertKind::Headroom, "orders") && !pool.covers(AlertKind::Waiting, "db"));
    QVERIFY(kind.covers(AlertKind::Waiting, "db") && !kind.covers(AlertKind::Headroom, "orders"));
    QVERIFY(!both.covers(AlertKind::Waiting, "db") && !both.covers(AlertKind::Headroom, "orders"));
}

void TestAlertMonitor::aNewerMuteForTheSameReplacesTheOlder()
{
    Watch watch;
    watch.monitor.mute({{}, "orders", kWallStart + 1h});
    watch.monitor.mute({{}, "orders", kWallStart}); // told again
    watch.waitFor(2s, 3);
    QVERIFY(!watch.monitor.incidents().front().muted);
    QVERIFY(watch.monitor.mutes().empty());
}

void TestAlertMonitor::aPoolThatIsGoneEndsItsIncident()
{
    Watch watch;
    watch.waitFor(2s, 3);
    QCOMPARE(watch.take({managed("other")}), Told{What::Ended});
    QVERIFY(watch.monitor.incidents().empty());
    QCOMPARE(watch.waitFor(2s, 2), Told{}); // and the count begins anew
}

void TestAlertMonitor::aRuleThatIsSwitchedOffEndsItsIncidents()
{
    Watch watch;
    watch.waitFor(2s, 3);
    AlertRule off = ruleOf(AlertKind::Waiting, 1'000);
    off.enabled = false;
    watch.monitor.setRules({off});
    QCOMPARE(watch.waitFor(2s, 10), Told{What::Ended});
}

void TestAlertMonitor::aHigherThresholdClearsInItsTime()
{
    Watch watch;
    watch.waitFor(2s, 3);
    watch.monitor.setRules({ruleOf(AlertKind::Waiting, 5'000)});
    QCOMPARE(watch.waitFor(2s, 1), Told{});
    QCOMPARE(watch.waitFor(2s, 1), Told{What::Ended});
}

void TestAlertMonitor::anOpenCircuitIsOneIncidentAndNotFour()
{
    Watch watch(defaultAlertRules());
    PoolView view = orders(20s);
    view.managed->circuit = CircuitState::Open;
    view.acquire = {100, 900ms, 900ms, 900ms};
    addCheck(view, CheckKind::Connect, HealthStatus::Failing, "57P03 starting up");
    Told all;
    for (int i = 0; i < 400; ++i)
        for (const What what : watch.take({view}))
            all.push_back(what);
    QCOMPARE(all, Told{What::Began});
    const Incident incident = watch.monitor.incidents().front();
    QCOMPARE(incident.kind, AlertKind::CircuitOpen);
    QCOMPARE(incident.severity, Severity::Critical);
}

void TestAlertMonitor::withoutTheCircuitsRuleTheOthersStillTell()
{
    AlertRule off = ruleOf(AlertKind::CircuitOpen, 1);
    off.enabled = false;
    Watch watch({ruleOf(AlertKind::Waiting, 1'000), off});
    PoolView view = orders(20s);
    view.managed->circuit = CircuitState::Open;
    for (int i = 0; i < 3; ++i)
        watch.take({view});
    QCOMPARE(watch.monitor.incidents().size(), std::size_t{1});
    QCOMPARE(watch.monitor.incidents().front().kind, AlertKind::Waiting);
}

void TestAlertMonitor::aServerIsToldOnceHoweverManyPoolsItHas()
{
    Watch watch({ruleOf(AlertKind::Headroom, 90)});
    Told all;
    for (int i = 0; i < 10; ++i)
        for (const What what :
             watch.take({managed("a"), managed("b"), observed("c")}, {server("db:5432", 95), server("empty:5432", 99)}))
            all.push_back(what);
    QCOMPARE(all, Told{What::Began});
    const Incident incident = watch.monitor.incidents().front();
    QCOMPARE(incident.subject, std::string("db:5432"));
    QCOMPARE(incident.pool, std::string("a")); // to look at
    QCOMPARE(incident.worst, 95.0);
}

void TestAlertMonitor::criticalIncidentsComeFirst()
{
    AlertRule critical = ruleOf(AlertKind::Waiting, 1'000, 4);
    critical.severity = Severity::Critical;
    Watch watch({ruleOf(AlertKind::Saturation, 100, 2), critical});
    watch.waitFor(2s, 5);
    const std::vector<Incident> incidents = watch.monitor.incidents();
    QCOMPARE(incidents.size(), std::size_t{2});
    QCOMPARE(incidents.front().kind, AlertKind::Waiting);
}

void TestAlertMonitor::acknowledgingTwiceIsToldOnce()
{
    Watch watch;
    QVERIFY(!watch.monitor.acknowledge(1, "ops"));
    watch.waitFor(2s, 3);
    const std::uint64_t id = watch.monitor.incidents().front().id;
    QVERIFY(watch.monitor.acknowledge(id, "ops"));
    QVERIFY(watch.monitor.acknowledge(id, "ops"));
    QCOMPARE(watch.waitFor(2s, 3), Told{What::Acknowledged});
}

QTEST_GUILESS_MAIN(TestAlertMonitor)
#include "tst_alert_monitor.moc"
