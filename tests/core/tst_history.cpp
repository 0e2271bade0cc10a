// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/history.h"

#include <QtTest>

#include <algorithm>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestHistory : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aReaderGetsWhatIsNewOldestFirst();
    void anUnknownPoolHasNone();
    void olderThanFifteenMinutesOnlyTheWorstOfTenSecondsIsKept();
    void afterADayThePastIsDropped();
    void latencyWithoutAcquiresIsNegative();
    void aStaleApplicationLeavesAGap();
    void aPoolThatIsGoneKeepsItsPast();

  private:
    static FleetSnapshot snapshot(WallTime at, int active);

    const WallTime m_start = WallTime{} + 1'750'000'000s;
};

FleetSnapshot TestHistory::snapshot(WallTime at, int active)
{
    FleetSnapshot made;
    made.wallAt = at;
    PoolView view;
    view.key = "orders";
    view.managed.emplace();
    view.managed->active = active;
    view.managed->idle = 1;
    view.managed->maxSize = 10;
    made.pools.push_back(view);
    return made;
}

void TestHistory::aReaderGetsWhatIsNewOldestFirst()
{
    History history;
    for (int i = 0; i < 5; ++i)
        history.record(snapshot(m_start + i * 250ms, i));
    const std::vector<HistoryPoint> points = history.since("orders", m_start + 500ms);
    QCOMPARE(points.size(), std::size_t{2});
    QCOMPARE(int{points[0].active}, 3);
    QCOMPARE(int{points[1].active}, 4);
    QCOMPARE(int{points[1].limit}, 10);
    QVERIFY(history.since("orders", m_start + 1s).empty());
    QCOMPARE(history.since("orders", WallTime{}).size(), std::size_t{5});
}

void TestHistory::anUnknownPoolHasNone()
{
    QVERIFY(History{}.since("nobody", WallTime{}).empty());
}

void TestHistory::olderThanFifteenMinutesOnlyTheWorstOfTenSecondsIsKept()
{
    History history;
    for (int second = 0; second <= 1000; ++second)
        history.record(snapshot(m_start + std::chrono::seconds{second}, second == 13 ? 9 : 1));
    const std::vector<HistoryPoint> points = history.since("orders", WallTime{});
    QVERIFY(std::is_sorted(points.begin(), points.end(),
                           [](const HistoryPoint& one, const HistoryPoint& other) { return one.at < other.at; }));
    QVERIFY(points[0].at == m_start);
    QVERIFY(points[1].at == m_start + 10s);
    QCOMPARE(int{points[0].active}, 1);
    QCOMPARE(int{points[1].active}, 9);
    QCOMPARE(points.size(), std::size_t{10 + 901}); // 100 s in tens, then 15 min of seconds, both ends included
}

void TestHistory::afterADayThePastIsDropped()
{
    History history;
    history.record(snapshot(m_start, 1));
    history.record(snapshot(m_start + 23h, 2));
    QCOMPARE(history.since("orders", WallTime{}).size(), std::size_t{2});
    history.record(snapshot(m_start + 25h, 3));
    QCOMPARE(history.since("orders", WallTime{}).size(), std::size_t{2});
}

void TestHistory::latencyWithoutAcquiresIsNegative()
{
    History history;
    FleetSnapshot busy = snapshot(m_start, 1);
    busy.pools[0].acquire = {10, 1500us, 2ms, 3ms};
    history.record(snapshot(m_start - 1s, 1));
    history.record(busy);
    const std::vector<HistoryPoint> points = history.since("orders", WallTime{});
    QVERIFY(points[0].p50 < 0 && points[0].p99 < 0);
    QCOMPARE(points[1].p50, 1.5F);
    QCOMPARE(points[1].p99, 3.0F);
}

void TestHistory::aStaleApplicationLeavesAGap()
{
    History history;
    FleetSnapshot seen = snapshot(m_start, 1);
    PoolView& view = seen.pools[0];
    view.kind = PoolKind::Observed;
    view.managed.reset();
    view.observed.emplace();
    view.observed->active = 4;
    view.sampledAt = TimePoint{} + 1h;
    history.record(seen);
    view.verdict.health = PoolHealth::Stale;
    seen.wallAt += 1s;
    history.record(seen);
    const std::vector<HistoryPoint> points = history.since("orders", WallTime{});
    QVERIFY(points[0].known);
    QCOMPARE(int{points[0].active}, 4);
    QVERIFY(!points[1].known);
}

void TestHistory::aPoolThatIsGoneKeepsItsPast()
{
    History history;
    history.record(snapshot(m_start, 1));
    FleetSnapshot without;
    without.wallAt = m_start + 1h;
    history.record(without);
    QCOMPARE(history.since("orders", WallTime{}).size(), std::size_t{1});
    without.wallAt = m_start + 25h;
    history.record(without);
    QVERIFY(history.since("orders", WallTime{}).empty());
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
