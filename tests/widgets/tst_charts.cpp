// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/made_up.h"
#include "widgets/charts/connections_chart.h"
#include "widgets/charts/latency_chart.h"
#include "widgets/panels/pool_header.h"
#include "widgets/panels/pool_page.h"

#include <QLabel>
#include <QtTest>
#include <cmath>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

HistoryPoint point(int second, int active, int idle, bool known = true)
{
    HistoryPoint made;
    made.at = WallTime{} + std::chrono::hours{500'000} + std::chrono::seconds{second};
    made.active = static_cast<std::int16_t>(active);
    made.idle = static_cast<std::int16_t>(idle);
    made.limit = 10;
    made.p50 = 1;
    made.p95 = 2;
    made.p99 = 3;
    made.known = known;
    return made;
}

double valueAt(const QCustomPlot& plot, int graph, int index)
{
    return plot.graph(graph)->data()->at(index)->value;
}

} // namespace

class TestCharts : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void activeAndIdleAreStacked();
    void whatIsUnknownIsAGapAndNotALine();
    void aLongSilenceIsAGap();
    void theScaleHasRoomForTheLimit();
    void marksOfOneKindThatStandCloseAreOne();
    void eventsBecomeMarks();
    void chartsSayTheirNewestNumbers();
    void bothChartsShowTheSameTime();
    void theHeadlineSaysStateAndAge();
};

void TestCharts::activeAndIdleAreStacked()
{
    ConnectionsChart chart;
    chart.append({point(0, 3, 2), point(1, 4, 1)});
    QCOMPARE(valueAt(chart, 0, 0), 3.0);
    QCOMPARE(valueAt(chart, 1, 0), 5.0);
    QCOMPARE(valueAt(chart, 1, 1), 5.0);
}

void TestCharts::whatIsUnknownIsAGapAndNotALine()
{
    ConnectionsChart chart;
    chart.append({point(0, 3, 2), point(1, 0, 0, false), point(2, 3, 2)});
    QVERIFY(std::isnan(valueAt(chart, 0, 1)));
    LatencyChart latency;
    HistoryPoint quiet = point(0, 1, 1);
    quiet.p50 = quiet.p95 = quiet.p99 = -1; // nobody acquired
    latency.append({quiet});
    QVERIFY(std::isnan(valueAt(latency, 0, 0)));
}

void TestCharts::aLongSilenceIsAGap()
{
    ConnectionsChart chart;
    chart.append({point(0, 3, 2), point(120, 3, 2)});
    QCOMPARE(chart.graph(0)->dataCount(), 3);
    QVERIFY(std::isnan(valueAt(chart, 0, 1)));
}

void TestCharts::theScaleHasRoomForTheLimit()
{
    ConnectionsChart chart;
    chart.append({point(0, 1, 1)});
    const double now = TimeChart::secondsOf(point(0, 0, 0).at);
    chart.showRange(now - 300, now);
    QVERIFY(chart.yAxis->range().upper > 10);
}

void TestCharts::marksOfOneKindThatStandCloseAreOne()
{
    const QString state = QStringLiteral("57P01");
    const auto grouped = groupMarks({{10, MarkShape::Failure, state, 3},
                                     {11, MarkShape::Failure, state, 1},
                                     {12, MarkShape::Recovery, QStringLiteral("recovered"), 1},
                                     {60, MarkShape::Failure, state, 1}},
                                    5);
    QCOMPARE(grouped.size(), std::size_t{3});
    QCOMPARE(captionOf(grouped[0]), QStringLiteral("57P01 ×4"));
    QCOMPARE(grouped[1].shape, MarkShape::Recovery);
    QCOMPARE(captionOf(grouped[2]), state);
}

void TestCharts::eventsBecomeMarks()
{
    Event lost = made_up::anEvent(EventKind::ConnectionLost, "orders", "lost");
    lost.sqlState = "57P01";
    lost.count = 4;
    QCOMPARE(captionOf(*markOf(lost)), QStringLiteral("57P01 ×4"));
    Event recovered = made_up::anEvent(EventKind::Recovered, "orders", "recovered");
    recovered.duration = 900ms;
    QCOMPARE(captionOf(*markOf(recovered)), QStringLiteral("recovered 0.9 s"));
    QCOMPARE(markOf(made_up::anEvent(EventKind::SoftReset, "orders", "reset"))->shape, MarkShape::Reset);
    QVERIFY(!markOf(made_up::anEvent(EventKind::ConnectionOpened, "orders", "opened")));
}

void TestCharts::chartsSayTheirNewestNumbers()
{
    ConnectionsChart chart;
    chart.append({point(0, 3, 2)});
    chart.showRange(0, 1);
    QCOMPARE(chart.accessibleDescription(), QStringLiteral("Now 3 active, 2 idle, 0 waiting"));
}

void TestCharts::bothChartsShowTheSameTime()
{
    PoolPage page;
    const PoolView view = made_up::managed("orders", PoolHealth::Healthy);
    page.choose(QStringLiteral("orders"));
    page.setView(view, made_up::snapshot({view}));
    page.setRange(TimeRange::Minutes15);
    const auto* connections = page.findChild<ConnectionsChart*>();
    const auto* latency = page.findChild<LatencyChart*>();
    QCOMPARE(connections->xAxis->range().size(), 900.0);
    QCOMPARE(connections->xAxis->range(), latency->xAxis->range());
    QCOMPARE(connections->axisRect()->margins().left(), latency->axisRect()->margins().left());
}

void TestCharts::theHeadlineSaysStateAndAge()
{
    PoolView view = made_up::managed("orders", PoolHealth::Healthy);
    const TimePoint now = TimePoint{} + 1h;
    QCOMPARE(headline(view, now),
             QStringLiteral("Healthy · db.internal:5432/orders · PostgreSQL 15.18 · generation 5 · up 30 min 0 s"));
    view.verdict.health = PoolHealth::Stale;
    view.sampledAt = now - 14s;
    QVERIFY(headline(view, now).startsWith(QLatin1String("Stale 14 s")));
    view.verdict.health = PoolHealth::Failing;
    view.verdict.reason = "circuit open";
    view.verdict.since = now - 12s;
    QVERIFY(headline(view, now).startsWith(QStringLiteral("Failing · circuit open · for 12 s")));
}

QTEST_MAIN(TestCharts)
#include "tst_charts.moc"
