// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/made_up.h"
#include "widgets/models/event_export.h"
#include "widgets/models/event_exporter.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_filter_bar.h"
#include "widgets/panels/event_log.h"
#include "widgets/panels/event_pane.h"
#include "widgets/panels/event_table.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <algorithm>

using namespace lifeguard;
using made_up::anEvent;

class TestEventLog : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void chipsCountTheirGroups();
    void csvIsQuotedAndNoFormula();
    void jsonHasEveryField();
    void whatIsShownIsExported();
    void aFailedExportIsToldApartFromOneThatWentWell();
    void aLargeExportTellsItsProgressAndIsWhole();
    void aCancelledExportLeavesNoFile();
    void detailsStandBesideTheListAndAreRemembered();
    void theSelectionIsCopiedAsTextAndAsJson();
    void whoScrollsAwayIsLeftInPeaceAndToldHowManyAreNew();
    void theRowOfFiltersNarrowsTheLog();
    void anEventLeadsToItsPoolsChart();

  private:
    static QToolButton* chip(const EventLog& log, const char* words)
    {
        for (QToolButton* button : log.findChildren<QToolButton*>())
            if (button->text() == QString::fromUtf8(words))
                return button;
        return nullptr;
    }

    static bool shows(const EventPane& pane, const char* words)
    {
        const QList<QLabel*> labels = pane.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [words](const QLabel* label) { return label->text() == QLatin1String(words); });
    }

    static std::vector<Event> story()
    {
        return {anEvent(EventKind::PoolOpened, "orders", "opened"),
                anEvent(EventKind::ConnectionLost, "orders", "Connection #7 lost: 57P01", Severity::Warning),
                anEvent(EventKind::RetryScheduled, "orders", "Attempt 1 of 3 failed", Severity::Warning),
                anEvent(EventKind::SoftReset, "auth", "Pool reset (soft)"),
                anEvent(EventKind::HealthChanged, "auth", "Health check")};
    }
};

void TestEventLog::chipsCountTheirGroups()
{
    EventLog log;
    log.append(story());
    QStringList words;
    for (const QToolButton* button : log.findChildren<QToolButton*>())
        words << button->text();
    for (const char* chip : {"All 5", "Retries 1", "Failures 1", "Resets 1", "Health 1"})
        QVERIFY2(words.contains(QLatin1String(chip)), chip);
}

void TestEventLog::csvIsQuotedAndNoFormula()
{
    Event odd = anEvent(EventKind::AcquireFailed, "orders", "he said \"no\", twice");
    odd.detail = "=1+1";
    odd.attempt = 2;
    const QByteArray csv = toCsv({odd});
    QCOMPARE(csv.count("\r\n"), 2);
    QVERIFY2(csv.contains(",\"he said \"\"no\"\", twice\","), csv.constData());
    QVERIFY2(csv.contains(",'=1+1,2,"), csv.constData());
}

void TestEventLog::jsonHasEveryField()
{
    Event retry = anEvent(EventKind::RetryScheduled, "orders", "Attempt 1 of 3", Severity::Warning);
    retry.id = EventId{7};
    retry.sqlState = "57P03";
    retry.attempt = 1;
    retry.limit = 3;
    retry.delay = std::chrono::milliseconds{500};
    const QJsonArray array = QJsonDocument::fromJson(toJson({retry})).array();
    QCOMPARE(array.size(), 1);
    const QJsonObject object = array.first().toObject();
    QCOMPARE(object.value(QStringLiteral("id")).toInt(), 7);
    QCOMPARE(object.value(QStringLiteral("kind")).toString(), QStringLiteral("retry_scheduled"));
    QCOMPARE(object.value(QStringLiteral("severity")).toString(), QStringLiteral("warning"));
    QCOMPARE(object.value(QStringLiteral("sqlstate")).toString(), QStringLiteral("57P03"));
    QCOMPARE(object.value(QStringLiteral("delay_ms")).toInt(), 500);
    QVERIFY(object.value(QStringLiteral("time")).toString().endsWith(QLatin1Char('Z')));
    QVERIFY(!object.contains(QStringLiteral("count")));
}

void TestEventLog::whatIsShownIsExported()
{
    const QTemporaryDir folder;
    EventLog log;
    log.append(story());
    log.findChild<QLineEdit*>(QStringLiteral("eventText"))->setText(QStringLiteral("orders"));
    QSignalSpy exported(&log, &EventLog::exported);
    const QString file = folder.filePath(QStringLiteral("events.json"));
    log.exportTo(file);
    QVERIFY(exported.wait());
    QFile saved(file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    const QJsonArray array = QJsonDocument::fromJson(saved.readAll()).array();
    QCOMPARE(array.size(), 3);
    QCOMPARE(array.first().toObject().value(QStringLiteral("kind")).toString(), QStringLiteral("pool_opened"));
}

void TestEventLog::aLargeExportTellsItsProgressAndIsWhole()
{
    const QTemporaryDir folder;
    EventStore store;
    store.append(std::vector<Event>(30'000, anEvent(EventKind::RetryScheduled, "orders", "x")));
    store.append(std::vector<Event>(20'000, anEvent(EventKind::RetryScheduled, "auth", "x")));
    EventExporter exporter(store);
    const QSignalSpy progressed(&exporter, &EventExporter::progressed);
    QSignalSpy finished(&exporter, &EventExporter::finished);
    EventFilter filter;
    filter.pool = "orders";
    exporter.start(folder.filePath(QStringLiteral("e.csv")), filter);
    QVERIFY(exporter.isRunning());
    QVERIFY(finished.wait(30'000));
    QVERIFY(progressed.size() > 1);
    QCOMPARE(finished.first().at(1).toInt(), 30'000);
    QFile saved(folder.filePath(QStringLiteral("e.csv")));
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QCOMPARE(saved.readAll().count('\n'), 30'001);
}

void TestEventLog::aCancelledExportLeavesNoFile()
{
    const QTemporaryDir folder;
    EventStore store;
    store.append(std::vector<Event>(100'000, anEvent(EventKind::RetryScheduled, "orders", "x")));
    EventExporter exporter(store);
    QSignalSpy cancelled(&exporter, &EventExporter::cancelled);
    exporter.start(folder.filePath(QStringLiteral("e.csv")), {});
    exporter.cancel();
    QVERIFY(cancelled.wait());
    QVERIFY(!exporter.isRunning());
    QTRY_VERIFY(QDir(folder.path()).isEmpty());
}

void TestEventLog::aFailedExportIsToldApartFromOneThatWentWell()
{
    const QTemporaryDir folder;
    EventLog log;
    log.append(story());
    QSignalSpy exported(&log, &EventLog::exported);
    QSignalSpy failed(&log, &EventLog::exportFailed);
    chip(log, "Export…")->click();
    auto* dialog = log.findChild<QFileDialog*>();
    QVERIFY(dialog != nullptr);
    Q_EMIT dialog->fileSelected(QStringLiteral("/nonexistent/events.csv"));
    QVERIFY(failed.wait());
    QCOMPARE(exported.size(), 0);
    QVERIFY(failed.first().first().toString().contains(QLatin1String("/nonexistent/events.csv")));
    Q_EMIT dialog->fileSelected(folder.filePath(QStringLiteral("events.csv")));
    QVERIFY(exported.wait());
    QCOMPARE(failed.size(), 1);
}

void TestEventLog::detailsStandBesideTheListAndAreRemembered()
{
    EventLog log;
    log.resize(1000, 300);
    log.show();
    log.append(story());
    auto* pane = log.findChild<EventPane*>();
    QVERIFY(!pane->isVisible());
    log.table().setCurrentIndex(log.model().index(3, EventModel::TextColumn));
    Q_EMIT log.table().activated(log.table().currentIndex());
    QVERIFY(pane->isVisible());
    QVERIFY(shows(*pane, "Connection #7 lost: 57P01"));
    log.table().setCurrentIndex(log.model().index(1, EventModel::TextColumn)); // it goes along with the choice
    QVERIFY(shows(*pane, "Pool reset (soft)"));
    EventLog next;
    next.restoreState(log.saveState());
    QVERIFY(!next.findChild<EventPane*>()->isHidden());
    Q_EMIT pane->closed();
    QVERIFY(!pane->isVisible());
    next.restoreState(log.saveState());
    QVERIFY(next.findChild<EventPane*>()->isHidden());
    next.restoreState("rubbish");
}

void TestEventLog::theSelectionIsCopiedAsTextAndAsJson()
{
    EventLog log;
    log.append(story());
    log.table().selectAll();
    log.table().copyText();
    const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 5);
    QVERIFY(lines.at(3).endsWith(QStringLiteral("\twarning\torders\tConnection #7 lost: 57P01")));
    log.table().copyJson();
    QCOMPARE(QJsonDocument::fromJson(QGuiApplication::clipboard()->text().toUtf8()).array().size(), 5);
}

void TestEventLog::whoScrollsAwayIsLeftInPeaceAndToldHowManyAreNew()
{
    EventLog log;
    log.resize(900, 260);
    log.show();
    log.append(std::vector<Event>(100, anEvent(EventKind::RetryScheduled, "orders", "x")));
    EventTable& table = log.table();
    QVERIFY(table.follows());
    QCOMPARE(table.verticalScrollBar()->value(), 0);
    table.verticalScrollBar()->setValue(500); // as the wheel does
    QVERIFY(!table.follows());
    QVERIFY(!chip(log, "Follow")->isChecked());
    const QPersistentModelIndex top = table.indexAt(QPoint(0, 0));
    log.append(std::vector<Event>(7, anEvent(EventKind::RetryScheduled, "orders", "y")));
    QTRY_COMPARE(log.model().rowCount(), 107);
    QCOMPARE(QModelIndex(top), table.indexAt(QPoint(0, 0)));
    QCOMPARE(table.unseen(), 7);
    QToolButton* unseen = chip(log, "7 new ↑");
    QVERIFY(unseen != nullptr && unseen->isVisible());
    unseen->click();
    QVERIFY(table.follows());
    QCOMPARE(table.verticalScrollBar()->value(), 0);
    QVERIFY(!unseen->isVisible());
}

void TestEventLog::theRowOfFiltersNarrowsTheLog()
{
    EventLog log;
    log.setPoolName(QStringLiteral("orders"), QStringLiteral("orders"));
    log.setPoolName(QStringLiteral("auth"), QStringLiteral("auth"));
    log.append(story());
    auto* bar = log.findChild<EventFilterBar*>();
    bar->choosePool(QStringLiteral("auth"));
    QCOMPARE(log.model().rowCount(), 2);
    QVERIFY(chip(log, "Filters 1") != nullptr);
    bar->clear();
    QCOMPARE(log.model().rowCount(), 5);
    for (QAction* kind : bar->findChild<QMenu*>()->actions())
        if (kind->text() == QStringLiteral("Soft reset"))
            kind->setChecked(true);
    QCOMPARE(log.model().rowCount(), 1);
    bar->clear();
    log.setPoolFilter(QStringLiteral("orders"));
    chip(log, "This pool")->click();
    QCOMPARE(log.model().rowCount(), 3);
}

void TestEventLog::anEventLeadsToItsPoolsChart()
{
    EventLog log;
    log.append(story());
    const QSignalSpy jumps(&log, &EventLog::jumpRequested);
    log.table().setCurrentIndex(log.model().index(0, EventModel::TextColumn));
    for (QAction* action : log.table().actions())
        if (action->text() == QStringLiteral("Show in chart"))
            action->trigger();
    QCOMPARE(jumps.size(), 1);
    QCOMPARE(jumps.first().first().toString(), QStringLiteral("auth"));
}

QTEST_MAIN(TestEventLog)
#include "tst_event_log.moc"
