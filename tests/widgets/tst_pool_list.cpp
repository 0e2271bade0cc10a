// SPDX-License-Identifier: GPL-3.0-or-later
// The sidebar and its model.
#include "tests/widgets/made_up.h"
#include "widgets/panels/pool_sidebar.h"

#include <QAbstractItemModelTester>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace lifeguard;
using made_up::managed;
using made_up::observed;
using made_up::snapshot;

class TestPoolList : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void worstFirstUnderAHeadingOfItsKind();
    void nothingIsSignalledWhenNothingDiffers();
    void rowsAreMergedByKey();
    void frozenRowsKeepTheirPlaces();
    void theSelectionSurvivesEverySnapshot();
    void anEmptyListOffersTheFirstSteps();

  private:
    static QStringList names(const PoolListModel& model)
    {
        QStringList found;
        for (int row = 0; row < model.rowCount(); ++row)
            found << model.index(row).data().toString();
        return found;
    }
};

void TestPoolList::worstFirstUnderAHeadingOfItsKind()
{
    PoolListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(snapshot({managed("auth", PoolHealth::Healthy), managed("reports", PoolHealth::Failing),
                                managed("billing", PoolHealth::Degraded), observed("cron", PoolHealth::Stale)}));
    QCOMPARE(names(model),
             (QStringList{QStringLiteral("MANAGED POOLS"), QStringLiteral("reports"), QStringLiteral("billing"),
                          QStringLiteral("auth"), QStringLiteral("SEEN FROM THE SERVER"), QStringLiteral("cron")}));
    QCOMPARE(model.index(1).data(PoolListModel::CountRole).toString(), QStringLiteral("3/10"));
    QCOMPARE(model.index(5).data(PoolListModel::CountRole).toString(), QStringLiteral("5"));
    QVERIFY(!(model.flags(model.index(0)) & Qt::ItemIsSelectable));
}

void TestPoolList::nothingIsSignalledWhenNothingDiffers()
{
    PoolListModel model;
    const FleetSnapshot same = snapshot({managed("auth", PoolHealth::Healthy)});
    model.setSnapshot(same);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setSnapshot(same);
    QCOMPARE(changed.size(), 0);
    model.setSnapshot(snapshot({managed("auth", PoolHealth::Healthy, 4)}));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(reset.size(), 0);
}

void TestPoolList::rowsAreMergedByKey()
{
    PoolListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Healthy)}));
    const QPersistentModelIndex second = model.index(model.rowOf(QStringLiteral("b")));
    model.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Failing),
                                managed("c", PoolHealth::Degraded), observed("cron", PoolHealth::Healthy)}));
    QVERIFY(second.isValid());
    QCOMPARE(second.data().toString(), QStringLiteral("b"));
    QCOMPARE(second.row(), 1);
    model.setSnapshot(snapshot({managed("c", PoolHealth::Degraded)}));
    QVERIFY(!second.isValid());
    QCOMPARE(model.rowCount(), 2);
}

void TestPoolList::frozenRowsKeepTheirPlaces()
{
    PoolListModel model;
    model.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Healthy)}));
    model.setFrozen(true);
    model.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Failing)}));
    QCOMPARE(model.rowOf(QStringLiteral("a")), 1);
    QCOMPARE(model.index(2).data(PoolListModel::HealthRole).toInt(), static_cast<int>(PoolHealth::Failing));
    model.setFrozen(false);
    model.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Failing)}));
    QCOMPARE(model.rowOf(QStringLiteral("b")), 1);
}

void TestPoolList::theSelectionSurvivesEverySnapshot()
{
    PoolSidebar sidebar;
    QSignalSpy selected(&sidebar, &PoolSidebar::poolSelected);
    sidebar.setSnapshot(snapshot({managed("a", PoolHealth::Healthy), managed("b", PoolHealth::Healthy)}));
    QCOMPARE(sidebar.selected(), QStringLiteral("a")); // something is shown at once
    sidebar.select(QStringLiteral("b"));
    sidebar.setSnapshot(snapshot(
        {managed("a", PoolHealth::Failing), managed("b", PoolHealth::Healthy), managed("c", PoolHealth::Failing)}));
    QCOMPARE(sidebar.selected(), QStringLiteral("b"));
    QCOMPARE(selected.size(), 2);
}

void TestPoolList::anEmptyListOffersTheFirstSteps()
{
    PoolSidebar sidebar;
    QSignalSpy wanted(&sidebar, &PoolSidebar::connectRequested);
    QSignalSpy demo(&sidebar, &PoolSidebar::demoRequested);
    sidebar.setSnapshot(snapshot({}));
    sidebar.show();
    for (QPushButton* button : sidebar.findChildren<QPushButton*>())
        button->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(demo.size(), 1);
}

QTEST_MAIN(TestPoolList)
#include "tst_pool_list.moc"
