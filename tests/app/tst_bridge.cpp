// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bridge.h"
#include "tests/support/fleet_fixture.h"

#include <QSignalSpy>
#include <QThread>
#include <QtTest>

using namespace lifeguard;

class TestBridge : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void snapshotsComeOnTheGuiThreadAndTheNewestWins();
    void everyEventComesOnceInOrderAndInBatches();
    void whatHappenedBeforeComesToo();
    void anOutcomeReachesTheOneWhoAsked();
    void anOutcomeForTheDeadIsDropped();
    void itDiesQuietlyInTheMiddleOfAStorm();

  private:
    static Event numbered(int number)
    {
        Event event;
        event.text = std::to_string(number);
        return event;
    }
};

void TestBridge::snapshotsComeOnTheGuiThreadAndTheNewestWins()
{
    FleetFixture fixture;
    Bridge bridge(*fixture.fleet);
    std::vector<std::uint64_t> seen;
    bool onGuiThread = true;
    connect(&bridge, &Bridge::snapshotArrived, this, [&](const FleetSnapshotPtr& snapshot) {
        seen.push_back(snapshot->sequence);
        onGuiThread = onGuiThread && QThread::currentThread() == thread();
    });
    // While this thread doesn't look, only the newest is kept.
    const std::uint64_t before = fixture.fleet->snapshot()->sequence;
    while (fixture.fleet->snapshot()->sequence < before + 5)
        QThread::yieldCurrentThread();
    QTRY_VERIFY(seen.size() >= 3);
    QVERIFY(onGuiThread);
    QVERIFY(seen.front() >= before + 4);
    QVERIFY(std::is_sorted(seen.begin(), seen.end()));
}

void TestBridge::everyEventComesOnceInOrderAndInBatches()
{
    FleetFixture fixture;
    Bridge bridge(*fixture.fleet);
    std::vector<int> seen;
    std::size_t batches = 0;
    connect(&bridge, &Bridge::eventsArrived, this, [&](const std::vector<Event>& events) {
        ++batches;
        for (const Event& event : events)
            seen.push_back(std::atoi(event.text.c_str()));
    });
    constexpr int kStorm = 20'000;
    for (int i = 0; i < kStorm; ++i)
        fixture.fleet->journal().append(numbered(i));
    QTRY_COMPARE(seen.size(), std::size_t{kStorm});
    for (int i = 0; i < kStorm; ++i)
        QCOMPARE(seen[static_cast<std::size_t>(i)], i);
    QVERIFY(batches < 200); // not one call an event
}

void TestBridge::whatHappenedBeforeComesToo()
{
    FleetFixture fixture;
    fixture.fleet->journal().append(numbered(1));
    Bridge bridge(*fixture.fleet);
    QSignalSpy events(&bridge, &Bridge::eventsArrived);
    QTRY_COMPARE(events.size(), 1);
}

void TestBridge::anOutcomeReachesTheOneWhoAsked()
{
    FleetFixture fixture;
    Bridge bridge(*fixture.fleet);
    QString summary;
    bool ok = true;
    bridge.submit(ClosePool{"no such pool"}, this, [&](const CommandOutcome& outcome) {
        ok = outcome.ok;
        summary = QString::fromStdString(outcome.summary);
    });
    QTRY_VERIFY(!summary.isEmpty());
    QVERIFY(!ok);
    QVERIFY(summary.contains(QLatin1String("no such pool")));
}

void TestBridge::anOutcomeForTheDeadIsDropped()
{
    FleetFixture fixture;
    Bridge bridge(*fixture.fleet);
    QSignalSpy outcomes(&bridge, &Bridge::outcomeArrived);
    bool called = false;
    auto asker = std::make_unique<QObject>();
    bridge.submit(ClosePool{"no such pool"}, asker.get(), [&](const CommandOutcome&) { called = true; });
    asker.reset();
    QTRY_COMPARE(outcomes.size(), 1);
    QVERIFY(!called);
}

void TestBridge::itDiesQuietlyInTheMiddleOfAStorm()
{
    FleetFixture fixture;
    std::atomic<bool> stop{false};
    std::thread storm([&] {
        while (!stop)
            fixture.fleet->journal().append(numbered(0));
    });
    for (int i = 0; i < 50; ++i) {
        Bridge bridge(*fixture.fleet);
        bridge.submit(ClosePool{"no such pool"});
        QCoreApplication::processEvents();
    }
    stop = true;
    storm.join();
    QVERIFY(fixture.fleet->journal().newest().value > 0);
}

Q_DECLARE_METATYPE(lifeguard::CommandOutcome)

QTEST_GUILESS_MAIN(TestBridge)
#include "tst_bridge.moc"
