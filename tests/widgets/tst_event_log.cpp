// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/made_up.h"
#include "widgets/models/event_export.h"
#include "widgets/models/event_filter.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_log.h"

#include <QAbstractItemModelTester>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace lifeguard;
using made_up::anEvent;

class TestEventLog : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theNewestIsOnTopAndTheOldestIsDropped();
    void filtersByGroupTextAndPool();
    void chipsCountTheirGroups();
    void csvIsQuotedAndNoFormula();
    void jsonHasEveryField();
    void whatIsShownIsExported();
    void aFailedExportIsToldApartFromOneThatWentWell();
    void keysAreShownByTheirNames();

  private:
    static std::vector<Event> story()
    {
        return {anEvent(EventKind::PoolOpened, "orders", "opened"),
                anEvent(EventKind::ConnectionLost, "orders", "Connection #7 lost: 57P01", Severity::Warning),
                anEvent(EventKind::RetryScheduled, "orders", "Attempt 1 of 3 failed", Severity::Warning),
                anEvent(EventKind::SoftReset, "auth", "Pool reset (soft)"),
                anEvent(EventKind::HealthChanged, "auth", "Health check")};
    }
};

void TestEventLog::theNewestIsOnTopAndTheOldestIsDropped()
{
    EventModel model(nullptr, 3);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.append(story());
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.eventAt(0).kind, EventKind::HealthChanged);
    model.append({anEvent(EventKind::Recovered, "orders", "Recovered")});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.eventAt(0).kind, EventKind::Recovered);
    QCOMPARE(model.countOf(EventGroup::Retries), 1); // the retry was dropped, the recovery counts there
}

void TestEventLog::filtersByGroupTextAndPool()
{
    EventModel model;
    model.append(story());
    EventFilter filter;
    filter.setSourceModel(&model);
    QCOMPARE(filter.rowCount(), 5);
    filter.setGroup(EventGroup::Failures);
    QCOMPARE(filter.rowCount(), 1);
    filter.setGroup(std::nullopt);
    filter.setText(QStringLiteral("57p01"));
    QCOMPARE(filter.rowCount(), 1);
    filter.setText(QStringLiteral("AUTH"));
    QCOMPARE(filter.rowCount(), 2);
    filter.setText({});
    filter.setPool(QStringLiteral("orders"));
    QCOMPARE(filter.rowCount(), 3);
}

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
    log.findChild<QLineEdit*>()->setText(QStringLiteral("orders"));
    QCOMPARE(log.shown().size(), std::size_t{3});
    QCOMPARE(log.shown().front().kind, EventKind::PoolOpened);
    QString error;
    const QString file = folder.filePath(QStringLiteral("events.json"));
    QVERIFY2(log.exportTo(file, &error), qPrintable(error));
    QFile saved(file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(saved.readAll()).array().size(), 3);
    QVERIFY(!log.exportTo(QStringLiteral("/nonexistent/events.csv"), &error));
    QVERIFY(error.contains(QLatin1String("/nonexistent/events.csv")));
}

void TestEventLog::aFailedExportIsToldApartFromOneThatWentWell()
{
    const QTemporaryDir folder;
    EventLog log;
    log.append(story());
    const QSignalSpy exported(&log, &EventLog::exported);
    const QSignalSpy failed(&log, &EventLog::exportFailed);
    for (QToolButton* button : log.findChildren<QToolButton*>())
        if (button->text() == QStringLiteral("Export…"))
            button->click();
    auto* dialog = log.findChild<QFileDialog*>();
    QVERIFY(dialog != nullptr);
    Q_EMIT dialog->fileSelected(QStringLiteral("/nonexistent/events.csv"));
    QCOMPARE(exported.size(), 0);
    QCOMPARE(failed.size(), 1);
    QVERIFY(failed.first().first().toString().contains(QLatin1String("/nonexistent/events.csv")));
    Q_EMIT dialog->fileSelected(folder.filePath(QStringLiteral("events.csv")));
    QCOMPARE(exported.size(), 1);
    QCOMPARE(failed.size(), 1);
}

void TestEventLog::keysAreShownByTheirNames()
{
    EventModel model;
    model.append({anEvent(EventKind::ServerReset, "cron|app|shop|local", "ended")});
    model.setPoolName(QStringLiteral("cron|app|shop|local"), QStringLiteral("cron"));
    QCOMPARE(model.index(0, EventModel::PoolColumn).data().toString(), QStringLiteral("cron"));
}

QTEST_MAIN(TestEventLog)
#include "tst_event_log.moc"
