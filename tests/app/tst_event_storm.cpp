// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bridge.h"
#include "tests/support/fleet_fixture.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_filter_bar.h"
#include "widgets/panels/event_log.h"
#include "widgets/panels/event_table.h"

#include <QElapsedTimer>
#include <QtTest>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace lifeguard;

namespace {

constexpr int kPerSecond = 50'000;
constexpr std::chrono::seconds kLasts{3};
constexpr std::chrono::milliseconds kProbeEvery{2};
// Aimed at are 16 ms, and a quiet machine has 6. One that builds something else beside the test is late by itself, so
// the bound is wide and the best of some storms counts.
constexpr double kP99Millis = 50.0;
constexpr int kStorms = 3;

Event stormy(int number)
{
    Event event;
    event.kind = number % 3 == 0 ? EventKind::ConnectionLost : EventKind::RetryScheduled;
    event.severity = Severity::Warning;
    event.pool = "pool-" + std::to_string(number % 20);
    event.text = "Attempt " + std::to_string(number) + " of 3 failed: 57P03 the database system is starting up";
    event.sqlState = "57P03";
    return event;
}

// Writes events at an even pace from a thread of its own, a burst each millisecond.
void writeStorm(Journal& journal)
{
    const TimePoint begin = Clock::now();
    int written = 0;
    while (Clock::now() < begin + kLasts) {
        const auto due = static_cast<int>(std::chrono::duration<double>(Clock::now() - begin).count()
                                          * static_cast<double>(kPerSecond));
        for (; written < due; ++written)
            journal.append(stormy(written));
        std::this_thread::sleep_for(std::chrono::milliseconds{1}); // the storm's pace, no wait for anything
    }
}

} // namespace

class TestEventStorm : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theWindowAnswersInAStorm_data();
    void theWindowAnswersInAStorm();

  private:
    // How late the event loop was for each call that another thread posted, in milliseconds, sorted.
    std::vector<double> answersWhile(const std::function<void()>& work);
};

std::vector<double> TestEventStorm::answersWhile(const std::function<void()>& work)
{
    std::vector<double> late; // GUI thread
    std::atomic<bool> working{true};
    std::atomic<int> posted{0};
    std::thread worker([&] {
        work();
        working = false;
    });
    std::thread prober([&] {
        while (working) {
            const TimePoint sent = Clock::now();
            ++posted;
            QMetaObject::invokeMethod(
                this,
                [&late, sent] {
                    late.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
                },
                Qt::QueuedConnection);
            std::this_thread::sleep_for(kProbeEvery); // the probe's pace
        }
    });
    while (working || late.size() < static_cast<std::size_t>(posted))
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    worker.join();
    prober.join();
    QCoreApplication::processEvents();
    std::sort(late.begin(), late.end());
    return late;
}

void TestEventStorm::theWindowAnswersInAStorm_data()
{
    QTest::addColumn<bool>("folding");
    QTest::addColumn<QString>("pool");
    QTest::newRow("all events") << false << QString();
    QTest::newRow("repeats folded") << true << QString();
    QTest::newRow("one pool of twenty") << false << QStringLiteral("pool-7");
}

void TestEventStorm::theWindowAnswersInAStorm()
{
    QFETCH(const bool, folding);
    QFETCH(const QString, pool);
    FleetFixture fixture;
    Bridge bridge(*fixture.fleet);
    EventLog log;
    connect(&bridge, &Bridge::eventsArrived, &log, &EventLog::append);
    log.resize(1100, 400);
    log.show();
    QVERIFY(QTest::qWaitForWindowExposed(&log));
    std::vector<Event> before;
    for (int i = 0; i < 1'000'000; ++i) // it is full already, so that each event drops one
        before.push_back(stormy(i));
    log.store().append(std::move(before));
    log.setPoolName(QStringLiteral("pool-7"), QStringLiteral("pool-7 "));
    auto* bar = log.findChild<EventFilterBar*>();
    bar->setFolding(folding);
    bar->choosePool(pool);
    QTRY_VERIFY_WITH_TIMEOUT(!log.model().isScanning(), 30'000);

    double best = kP99Millis;
    for (int storm = 0; storm < kStorms && best >= kP99Millis; ++storm) {
        const std::vector<double> late = answersWhile([&fixture] { writeStorm(fixture.fleet->journal()); });
        best = late.at(late.size() * 99 / 100);
        qInfo("%s: the event loop answers within %.1f ms (p50), %.1f ms (p99), %.1f ms (worst) of %zu", // NOLINT
              QTest::currentDataTag(), late.at(late.size() / 2), best, late.back(), late.size());
    }
    QVERIFY2(best < kP99Millis, "the event loop is late in a storm");
    const std::uint64_t newest = fixture.fleet->journal().newest().value;
    QVERIFY(newest > static_cast<std::uint64_t>(kPerSecond)); // it was a storm
    const EventStore& store = log.store();
    QTRY_COMPARE_WITH_TIMEOUT(store.at(store.end() - 1).id.value, newest, 30'000); // and all of it came
    QCOMPARE(store.size(), EventStore::kDefaultCapacity);
}

QTEST_MAIN(TestEventStorm)
#include "tst_event_storm.moc"
