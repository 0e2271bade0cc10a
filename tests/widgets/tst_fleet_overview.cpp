// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/made_up.h"
#include "widgets/panels/fleet_overview.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTreeView>
#include <QtTest>

using namespace lifeguard;
using made_up::anEvent;
using made_up::managed;
using made_up::observed;
using made_up::snapshot;

namespace {

PoolView on(const std::string& server, PoolView view)
{
    view.server = server;
    return view;
}

// The names as the table shows them, groups with a colon behind.
QStringList shown(const FleetOverview& overview, const QModelIndex& parent = {})
{
    QStringList names;
    const QAbstractItemModel& model = *const_cast<FleetOverview&>(overview).table().model();
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, FleetModel::Pool, parent);
        const bool group = index.data(FleetModel::KeyRole).toString().isEmpty();
        names << index.data().toString() + (group ? QStringLiteral(":") : QString());
        names << shown(overview, index);
    }
    return names;
}

} // namespace

class TestFleetOverview : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void worstFirstThenByName();
    void everyFigureHasItsCell();
    void nothingIsSignalledWhenNothingDiffers();
    void rowsAreMergedByKeyAndGoWithTheirPool();
    void rowsKeepTheirPlacesUnderThePointer();
    void itFiltersAsOneTypesInEveryColumn();
    void poolsAreGroupedAndAGroupIsAsBadAsItsWorst();
    void poolsAreGroupedByEnvironment();
    void aPoolThatChangesItsServerChangesItsGroup();
    void aCellLeadsToItsPoolAtThatMoment();
};

void TestFleetOverview::worstFirstThenByName()
{
    FleetOverview overview;
    overview.setSnapshot(snapshot({managed("b", PoolHealth::Healthy), managed("a", PoolHealth::Healthy),
                                   observed("cron", PoolHealth::Stale), managed("z", PoolHealth::Failing)}));
    QCOMPARE(shown(overview),
             (QStringList{QStringLiteral("z"), QStringLiteral("cron"), QStringLiteral("a"), QStringLiteral("b")}));
}

void TestFleetOverview::everyFigureHasItsCell()
{
    FleetModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    PoolView view = managed("auth", PoolHealth::Degraded, 7, 2);
    view.managed->waiting = 3;
    view.acquire = {100, std::chrono::microseconds{10}, std::chrono::microseconds{20},
                    std::chrono::microseconds{2'400}};
    view.retriesLast5Min = 4;
    model.appendEvents({anEvent(EventKind::RetryScheduled, "auth", "first"),
                        anEvent(EventKind::RetryScheduled, "auth", "Attempt 2 failed")});
    FleetSnapshot made = snapshot({view});
    made.pools.front().sampledAt = made.at - std::chrono::seconds{14};
    model.setSnapshot(made);
    const auto cell = [&model](int column) { return model.index(0, column).data().toString(); };
    QCOMPARE(cell(FleetModel::Pool), QStringLiteral("auth"));
    QCOMPARE(cell(FleetModel::Usage), QStringLiteral("7 + 2 of 10"));
    QCOMPARE(cell(FleetModel::Waiting), QStringLiteral("3"));
    QCOMPARE(cell(FleetModel::WaitP99), QStringLiteral("2.4 ms"));
    QCOMPARE(cell(FleetModel::Retries), QStringLiteral("4"));
    QVERIFY(cell(FleetModel::LastEvent).endsWith(QStringLiteral("Attempt 2 failed")));
    QCOMPARE(cell(FleetModel::Age), QStringLiteral("14 s"));
}

void TestFleetOverview::nothingIsSignalledWhenNothingDiffers()
{
    FleetModel model;
    const FleetSnapshot same = snapshot({managed("auth", PoolHealth::Healthy), observed("cron", PoolHealth::Healthy)});
    model.setSnapshot(same);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setSnapshot(same);
    QCOMPARE(changed.size(), 0);
}

void TestFleetOverview::rowsAreMergedByKeyAndGoWithTheirPool()
{
    FleetModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Healthy)}));
    const QPersistentModelIndex b = model.indexOf(QStringLiteral("b"));
    model.setSnapshot(snapshot({managed("b", PoolHealth::Failing), managed("c", PoolHealth::Healthy)}));
    QVERIFY(b.isValid());
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(!model.indexOf(QStringLiteral("a")).isValid());
}

void TestFleetOverview::rowsKeepTheirPlacesUnderThePointer()
{
    FleetOverview overview;
    overview.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Healthy)}));
    QEvent enter(QEvent::Enter);
    QCoreApplication::sendEvent(overview.table().viewport(), &enter);
    overview.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Failing)}));
    QCOMPARE(shown(overview), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(overview.table().viewport(), &leave);
    QCOMPARE(shown(overview), (QStringList{QStringLiteral("b"), QStringLiteral("a")}));
}

void TestFleetOverview::itFiltersAsOneTypesInEveryColumn()
{
    FleetOverview overview;
    overview.setSnapshot(snapshot({managed("orders", PoolHealth::Failing), managed("auth", PoolHealth::Healthy)}));
    QTest::keyClicks(&overview.filter(), QStringLiteral("AUTH"));
    QCOMPARE(shown(overview), QStringList{QStringLiteral("auth")});
    overview.filter().setText(QStringLiteral("fail ord"));
    QCOMPARE(shown(overview), QStringList{QStringLiteral("orders")});
    overview.filter().setText(QStringLiteral("nothing"));
    QCOMPARE(shown(overview), QStringList{});
    overview.filter().clear();
    QCOMPARE(shown(overview).size(), 2);
}

void TestFleetOverview::poolsAreGroupedAndAGroupIsAsBadAsItsWorst()
{
    FleetOverview overview;
    const FleetSnapshot made =
        snapshot({on("db1", managed("a", PoolHealth::Healthy)), on("db2", managed("b", PoolHealth::Failing)),
                  on("db1", managed("c", PoolHealth::Healthy))});
    overview.grouping().setCurrentIndex(1);
    overview.setSnapshot(made);
    QCOMPARE(shown(overview), (QStringList{QStringLiteral("db2:"), QStringLiteral("b"), QStringLiteral("db1:"),
                                           QStringLiteral("a"), QStringLiteral("c")}));
    overview.filter().setText(QStringLiteral("a"));
    QVERIFY(shown(overview).contains(QStringLiteral("db1:")));
    overview.filter().clear();
    overview.grouping().setCurrentIndex(0);
    overview.setSnapshot(made);
    QCOMPARE(shown(overview), (QStringList{QStringLiteral("b"), QStringLiteral("a"), QStringLiteral("c")}));
}

void TestFleetOverview::poolsAreGroupedByEnvironment()
{
    PoolView production = managed("a", PoolHealth::Failing);
    production.environment = Environment::Production;
    PoolView staging = managed("b", PoolHealth::Degraded);
    staging.environment = Environment::Staging;
    FleetOverview overview;
    overview.grouping().setCurrentIndex(
        overview.grouping().findData(static_cast<int>(FleetModel::Grouping::Environment)));
    overview.setSnapshot(snapshot({managed("c", PoolHealth::Healthy), staging, production}));
    QCOMPARE(shown(overview),
             (QStringList{QStringLiteral("Production:"), QStringLiteral("a"), QStringLiteral("Staging:"),
                          QStringLiteral("b"), QStringLiteral("Development:"), QStringLiteral("c")}));
}

void TestFleetOverview::aPoolThatChangesItsServerChangesItsGroup()
{
    FleetOverview overview;
    overview.grouping().setCurrentIndex(1);
    overview.setSnapshot(snapshot({on("db1", managed("a", PoolHealth::Healthy))}));
    overview.setSnapshot(snapshot({on("db2", managed("a", PoolHealth::Healthy))}));
    overview.setSnapshot(snapshot({on("db2", managed("a", PoolHealth::Healthy))}));
    QCOMPARE(shown(overview), (QStringList{QStringLiteral("db2:"), QStringLiteral("a")}));
}

void TestFleetOverview::aCellLeadsToItsPoolAtThatMoment()
{
    FleetOverview overview;
    const Event event = anEvent(EventKind::RetryScheduled, "auth", "Attempt 2 failed");
    overview.appendEvents({event});
    overview.setSnapshot(snapshot({managed("auth", PoolHealth::Healthy)}));
    QSignalSpy activated(&overview, &FleetOverview::poolActivated);
    QAbstractItemModel& model = *overview.table().model();
    Q_EMIT overview.table().activated(model.index(0, FleetModel::State));
    Q_EMIT overview.table().activated(model.index(0, FleetModel::LastEvent));
    QCOMPARE(activated.size(), 2);
    QCOMPARE(activated[0][0].toString(), QStringLiteral("auth"));
    QVERIFY(!activated[0][1].toDateTime().isValid());
    QCOMPARE(activated[1][1].toDateTime().toMSecsSinceEpoch(),
             std::chrono::duration_cast<std::chrono::milliseconds>(event.at.time_since_epoch()).count());
}

QTEST_MAIN(TestFleetOverview)
#include "tst_fleet_overview.moc"
