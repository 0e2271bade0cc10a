// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/made_up.h"
#include "widgets/models/event_model.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QtTest>

#include <algorithm>

using namespace lifeguard;
using made_up::anEvent;

class TestEventModel : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theNewestIsOnTopAndTheOldestIsDropped();
    void aBatchAboveTheCapacityKeepsItsNewest();
    void whatTheJournalDroppedIsCountedByTheIds();
    void filtersByGroupTextAndPool();
    void filtersByKindSeverityAndTime();
    void aWindowOfTimeThatMovesOnLosesItsOldest();
    void repeatsAreFoldedIntoOneRow();
    void foldedRowsGoEventByEvent();
    void foldingLooksTheSameHoweverTheEventsCame();
    void keysAreShownByTheirNames();
    void aMillionEventsCostPerEventWhatFewerDo();
    void filteringAMillionEventsNeverHoldsUpTheEventLoop();

  private:
    static std::vector<Event> story()
    {
        return {anEvent(EventKind::PoolOpened, "orders", "opened"),
                anEvent(EventKind::ConnectionLost, "orders", "Connection #7 lost: 57P01", Severity::Warning),
                anEvent(EventKind::RetryScheduled, "orders", "Attempt 1 of 3 failed", Severity::Warning),
                anEvent(EventKind::SoftReset, "auth", "Pool reset (soft)"),
                anEvent(EventKind::HealthChanged, "auth", "Health check", Severity::Critical)};
    }

    static Event retryAt(int second, const std::string& pool = "orders")
    {
        Event retry = anEvent(EventKind::RetryScheduled, pool, "second " + std::to_string(second));
        retry.at = WallTime{std::chrono::seconds{second}};
        return retry;
    }

    static std::vector<Event> many(int count)
    {
        std::vector<Event> events;
        for (int i = 0; i < count; ++i)
            events.push_back(anEvent(i % 2 == 0 ? EventKind::RetryScheduled : EventKind::ConnectionLost,
                                     "pool-" + std::to_string(i % 7), "Attempt " + std::to_string(i) + " of 3 failed"));
        return events;
    }

    static QStringList rows(const EventModel& model)
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts << model.index(row, EventModel::CountColumn).data().toString()
                         + model.index(row, EventModel::TextColumn).data().toString();
        return texts;
    }
};

void TestEventModel::theNewestIsOnTopAndTheOldestIsDropped()
{
    EventStore store(nullptr, 3);
    EventModel model(store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    store.append(story());
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.eventAt(0).kind, EventKind::HealthChanged);
    store.append({anEvent(EventKind::Recovered, "orders", "Recovered")});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.eventAt(0).kind, EventKind::Recovered);
    QCOMPARE(store.countOf(EventGroup::Retries), std::size_t{1}); // the retry was dropped, the recovery counts there
    QCOMPARE(store.dropped(), std::uint64_t{3});
}

void TestEventModel::aBatchAboveTheCapacityKeepsItsNewest()
{
    EventStore store(nullptr, 2);
    EventModel model(store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    store.append({retryAt(1)});
    store.append({retryAt(2), retryAt(3), retryAt(4)});
    QCOMPARE(rows(model), (QStringList{QStringLiteral("second 4"), QStringLiteral("second 3")}));
    QCOMPARE(store.dropped(), std::uint64_t{2});
}

void TestEventModel::whatTheJournalDroppedIsCountedByTheIds()
{
    EventStore store;
    std::vector<Event> events = story();
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i].id = EventId{i < 2 ? i + 1 : i + 11};
    store.append(events);
    QCOMPARE(store.dropped(), std::uint64_t{10});
}

void TestEventModel::filtersByGroupTextAndPool()
{
    EventStore store;
    EventModel model(store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    store.append(story());
    QCOMPARE(model.rowCount(), 5);
    const auto count = [&model](const EventFilter& filter) {
        model.setFilter(filter);
        return model.rowCount();
    };
    EventFilter filter;
    filter.group = EventGroup::Failures;
    QCOMPARE(count(filter), 1);
    filter = {};
    filter.text = QStringLiteral("57p01");
    QCOMPARE(count(filter), 1);
    filter.text = QStringLiteral("AUTH");
    QCOMPARE(count(filter), 2);
    filter = {};
    filter.pool = "orders";
    QCOMPARE(count(filter), 3);
    store.append({anEvent(EventKind::SoftReset, "auth", "again"), anEvent(EventKind::SoftReset, "orders", "again")});
    QCOMPARE(model.rowCount(), 4);
}

void TestEventModel::filtersByKindSeverityAndTime()
{
    EventStore store;
    EventModel model(store);
    store.append(story());
    store.append({retryAt(10), retryAt(20), retryAt(30)});
    EventFilter filter;
    filter.kinds = {EventKind::SoftReset, EventKind::PoolOpened};
    model.setFilter(filter);
    QCOMPARE(model.rowCount(), 2);
    filter = {};
    filter.atLeast = Severity::Warning;
    model.setFilter(filter);
    QCOMPARE(model.rowCount(), 3);
    filter = {};
    filter.from = WallTime{std::chrono::seconds{15}};
    filter.to = WallTime{std::chrono::seconds{30}};
    model.setFilter(filter);
    QCOMPARE(rows(model), (QStringList{QStringLiteral("second 30"), QStringLiteral("second 20")}));
}

void TestEventModel::aWindowOfTimeThatMovesOnLosesItsOldest()
{
    EventStore store;
    EventModel model(store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    store.append({retryAt(10), retryAt(20), retryAt(30)});
    EventFilter filter;
    filter.from = WallTime{std::chrono::seconds{5}};
    model.setFilter(filter);
    QCOMPARE(model.rowCount(), 3);
    const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    filter.from = WallTime{std::chrono::seconds{25}};
    model.setFilter(filter);
    QCOMPARE(rows(model), QStringList{QStringLiteral("second 30")});
    QCOMPARE(reset.size(), 0); // what is selected stays so
}

void TestEventModel::repeatsAreFoldedIntoOneRow()
{
    EventStore store;
    EventModel model(store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    store.append({retryAt(1), retryAt(2), retryAt(3, "auth"), retryAt(4), retryAt(5)});
    model.setFolding(true);
    QCOMPARE(rows(model),
             (QStringList{QStringLiteral("×2second 5"), QStringLiteral("second 3"), QStringLiteral("×2second 2")}));
    store.append({retryAt(6), retryAt(7), retryAt(8, "auth")});
    QCOMPARE(rows(model), (QStringList{QStringLiteral("second 8"), QStringLiteral("×4second 7"),
                                       QStringLiteral("second 3"), QStringLiteral("×2second 2")}));
    QCOMPARE(model.firstEventAt(1).at, WallTime{std::chrono::seconds{4}});
    QCOMPARE(model.eventAt(1).at, WallTime{std::chrono::seconds{7}});
    model.setFolding(false);
    QCOMPARE(model.rowCount(), 8);
}

void TestEventModel::foldedRowsGoEventByEvent()
{
    EventStore store(nullptr, 4);
    EventModel model(store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setFolding(true);
    EventFilter filter;
    filter.pool = "orders"; // what lies between them doesn't count
    model.setFilter(filter);
    store.append({retryAt(1), retryAt(2, "auth"), retryAt(3), retryAt(4)});
    QCOMPARE(rows(model), QStringList{QStringLiteral("×3second 4")});
    store.append({retryAt(5, "auth")});
    QCOMPARE(rows(model), QStringList{QStringLiteral("×2second 4")});
    QCOMPARE(model.firstEventAt(0).at, WallTime{std::chrono::seconds{3}});
    store.append({retryAt(6, "auth"), retryAt(7, "auth"), retryAt(8, "auth")});
    QCOMPARE(model.rowCount(), 0);
}

void TestEventModel::foldingLooksTheSameHoweverTheEventsCame()
{
    EventStore store(nullptr, 50'000);
    EventModel asTheyCame(store);
    asTheyCame.setFolding(true);
    std::vector<Event> events;
    for (int i = 0; i < 60'000; ++i)
        events.push_back(retryAt(i, i / 3 % 2 == 0 ? "orders" : "auth"));
    for (auto from = events.begin(); from != events.end(); from += 100)
        store.append({from, from + 100});
    EventModel scanned(store);
    scanned.setFolding(true); // gone through from the newest to the oldest, in slices
    QTRY_VERIFY(!scanned.isScanning());
    QCOMPARE(rows(scanned), rows(asTheyCame));
}

void TestEventModel::keysAreShownByTheirNames()
{
    EventStore store;
    EventModel model(store);
    store.append({anEvent(EventKind::ServerReset, "cron|app|shop|local", "ended")});
    store.setPoolName(QStringLiteral("cron|app|shop|local"), QStringLiteral("cron"));
    QCOMPARE(model.index(0, EventModel::PoolColumn).data().toString(), QStringLiteral("cron"));
}

void TestEventModel::aMillionEventsCostPerEventWhatFewerDo()
{
    // Batches into a store that is full, of this size: what one more event costs must not grow with how many there are.
    const auto nanosEach = [](int size) {
        EventStore store(nullptr, static_cast<std::size_t>(size));
        EventModel model(store);
        store.append(many(size));
        const std::vector<Event> batch = many(2'000);
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 50; ++i)
            store.append(batch);
        const qint64 spent = timer.nsecsElapsed();
        return model.rowCount() == size ? spent / 100'000 : -1;
    };
    const qint64 few = nanosEach(10'000);
    const qint64 million = nanosEach(1'000'000);
    qInfo("an event into a log of 10,000: %lld ns, of 1,000,000: %lld ns", few, million);
    QVERIFY(few > 0 && million > 0);
    QVERIFY2(million < 20 * few + 2'000, "the cost of an event grows with the log"); // caches miss, machines are busy
}

void TestEventModel::filteringAMillionEventsNeverHoldsUpTheEventLoop()
{
    EventStore store;
    store.append(many(1'000'000));
    EventModel model(store);
    qint64 longest = 0;
    QElapsedTimer turn;
    QTimer probe;
    connect(&probe, &QTimer::timeout, this, [&] { longest = std::max(longest, turn.restart()); });
    probe.start(0);
    turn.start();
    EventFilter filter;
    filter.text = QStringLiteral("attempt 99999"); // 999990 to 999999, and 99999
    model.setFilter(filter);
    QVERIFY(model.rowCount() > 0); // the newest are there at once
    QVERIFY(model.isScanning());
    QTRY_VERIFY_WITH_TIMEOUT(!model.isScanning(), 60'000);
    QCOMPARE(model.rowCount(), 11);
    qInfo("longest turn of the event loop while a million events were filtered: %lld ms", longest);
    QVERIFY(longest < 250); // a slice takes 5 ms; the rest is for machines that do other things
}

QTEST_MAIN(TestEventModel)
#include "tst_event_model.moc"
