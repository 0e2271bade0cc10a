// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_desk.h"
#include "tests/support/alert_snapshots.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace lifeguard;
using namespace lifeguard::alert_snapshots;
using namespace std::chrono_literals;

namespace {

PoolView full()
{
    return managed("orders", 10);
}

} // namespace

class TestAlertDesk : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void anIncidentsLifeIsInTheJournal();
    void mutingIsInTheJournal();
    void theListenerOfTheJournalMayAskTheDesk();
    void peopleAndTheSamplerDoNotDisturbEachOther();
};

void TestAlertDesk::anIncidentsLifeIsInTheJournal()
{
    Journal journal;
    AlertDesk desk(journal);
    desk.setRules({ruleOf(AlertKind::Saturation, 100, 1, 1)});
    desk.take(snapshot(0ms, {full()}));
    desk.acknowledge(desk.incidents().front().id, "ops@desk");
    desk.take(snapshot(250ms, {full()}));
    desk.take(snapshot(12s, {managed("orders", 1)}));
    const std::vector<Event> events = journal.since({});
    QCOMPARE(events.size(), std::size_t{3});
    QCOMPARE(events[0].kind, EventKind::AlertBegan);
    QCOMPARE(events[0].severity, Severity::Warning);
    QCOMPARE(events[0].pool, std::string("orders"));
    QCOMPARE(events[0].at, kWallStart);
    QCOMPARE(events[0].text, std::string("Alert: orders: 10 of 10 connections are active"));
    QCOMPARE(events[1].kind, EventKind::AlertAcknowledged);
    QVERIFY(events[1].text.find("ops@desk") != std::string::npos);
    QCOMPARE(events[2].kind, EventKind::AlertEnded);
    QCOMPARE(events[2].severity, Severity::Ok);
    QCOMPARE(events[2].duration, std::optional(std::chrono::milliseconds{12s}));
    QCOMPARE(events[2].text,
             std::string("Alert is over after 12 s, worst 100 %: orders: 10 of 10 connections are active"));
}

void TestAlertDesk::mutingIsInTheJournal()
{
    Journal journal;
    AlertDesk desk(journal);
    desk.mute({{}, {}, kWallStart + 1h}, kWallStart, "ops@desk");
    desk.mute({AlertKind::Waiting, "orders", kWallStart}, kWallStart, "ops@desk");
    const std::vector<Event> events = journal.since({});
    QCOMPARE(events.size(), std::size_t{2});
    QCOMPARE(events[0].kind, EventKind::AlertsMuted);
    QCOMPARE(events[0].text, std::string("All alerts muted for 1 h 0 min by ops@desk"));
    QCOMPARE(events[1].text, std::string("Alerts of the kind waiting of orders are told again, by ops@desk"));
}

void TestAlertDesk::theListenerOfTheJournalMayAskTheDesk()
{
    Journal journal;
    AlertDesk desk(journal);
    std::size_t seen = 0;
    journal.setListener([&] { seen = desk.incidents().size(); });
    desk.setRules({ruleOf(AlertKind::Saturation, 100, 1, 1)});
    desk.take(snapshot(0ms, {full()}));
    QCOMPARE(seen, std::size_t{1});
    journal.setListener({});
}

void TestAlertDesk::peopleAndTheSamplerDoNotDisturbEachOther()
{
    Journal journal;
    AlertDesk desk(journal);
    desk.setRules({ruleOf(AlertKind::Saturation, 100, 1, 1)});
    std::atomic<bool> stop{false};
    std::thread person([&] {
        while (!stop) {
            for (const Incident& incident : desk.incidents())
                desk.acknowledge(incident.id, "ops");
            desk.mute({{}, "other", kWallStart + 1h}, kWallStart, "ops");
            desk.setRules(desk.rules());
        }
    });
    int began = 0;
    int ended = 0;
    for (int i = 0; i < 2'000; ++i)
        for (const AlertChange& change :
             desk.take(snapshot(std::chrono::milliseconds{i}, {managed("orders", i % 2 * 10)}))) {
            began += change.what == AlertChange::What::Began ? 1 : 0;
            ended += change.what == AlertChange::What::Ended ? 1 : 0;
        }
    stop = true;
    person.join();
    QCOMPARE(began, 1'000);
    QCOMPARE(ended, 999);
}

QTEST_GUILESS_MAIN(TestAlertDesk)
#include "tst_alert_desk.moc"
