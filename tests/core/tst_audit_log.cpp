// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/audit_log.h"

#include "tests/support/fleet_fixture.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

using namespace lifeguard;

namespace {

AuditRecord reset(const std::string& reason)
{
    return {std::chrono::system_clock::from_time_t(1'770'000'000),
            "ops@test",
            "soft_reset",
            "Soft reset of \"orders\"",
            "orders",
            "db:5432/orders",
            AuditResult::Done,
            "Soft reset of \"orders\": idle connections are being replaced",
            {},
            reason};
}

QList<QJsonObject> linesOf(const QString& path)
{
    QFile file(path);
    QList<QJsonObject> lines;
    if (!file.open(QIODevice::ReadOnly))
        return lines;
    for (const QByteArray& line : file.readAll().split('\n'))
        if (!line.isEmpty())
            lines << QJsonDocument::fromJson(line).object();
    return lines;
}

std::vector<Event> eventsOf(const Journal& journal, EventKind kind)
{
    std::vector<Event> chosen;
    for (Event& event : journal.since({}))
        if (event.kind == kind)
            chosen.push_back(std::move(event));
    return chosen;
}

// A fleet whose actions go to a file of its own.
struct AuditedFleet {
    static FleetOptions optionsFor(const QString& path)
    {
        FleetOptions options = FleetFixture::quick();
        options.auditFile = path.toStdString();
        return options;
    }

    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("audit.log"));
    FleetFixture fleet{optionsFor(path)};
};

} // namespace

class TestAuditLog : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyRecordIsALineAndAnEvent();
    void aReasonWithALineBreakOrABadByteStaysOneLine();
    void whatIsThereIsNeverOverwritten();
    void onlyItsOwnerMayReadIt();
    void aFileThatCanNotBeWrittenIsToldAndTheRecordIsInTheEventLog();
    void withoutAFileTheEventLogHasThemAlone();
    void everyActionIsWrittenWithItsReason();
    void failedAndRefusedActionsAreWrittenToo();
    void whatOnlyLooksIsNotWritten();
    void noPasswordIsWritten();
};

void TestAuditLog::everyRecordIsALineAndAnEvent()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("state/lifeguard/audit.log")); // made with its folders
    Journal journal;
    AuditLog log(path.toStdString(), journal);
    log.append(reset("after the failover"));
    const QList<QJsonObject> lines = linesOf(path);
    QCOMPARE(lines.size(), 1);
    const QJsonObject expected{{QStringLiteral("time"), QStringLiteral("2026-02-02T02:40:00.000Z")},
                               {QStringLiteral("actor"), QStringLiteral("ops@test")},
                               {QStringLiteral("action"), QStringLiteral("soft_reset")},
                               {QStringLiteral("pool"), QStringLiteral("orders")},
                               {QStringLiteral("target"), QStringLiteral("db:5432/orders")},
                               {QStringLiteral("result"), QStringLiteral("done")},
                               {QStringLiteral("text"), QString::fromStdString(reset({}).text)},
                               {QStringLiteral("sqlstate"), QString()},
                               {QStringLiteral("reason"), QStringLiteral("after the failover")}};
    QCOMPARE(lines.first(), expected);
    const std::vector<Event> events = eventsOf(journal, EventKind::ActionAudited);
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events[0].pool, std::string("orders"));
    QCOMPARE(events[0].text, std::string("Soft reset of \"orders\" (db:5432/orders) by ops@test: done, reason: after "
                                         "the failover"));
}

void TestAuditLog::aReasonWithALineBreakOrABadByteStaysOneLine()
{
    const std::string line = toJsonLine(reset("first\n{\"forged\":true}\xff"));
    QCOMPARE(std::count(line.begin(), line.end(), '\n'), std::ptrdiff_t{1});
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(line)).object();
    QVERIFY(object.value(QStringLiteral("reason")).toString().startsWith(QStringLiteral("first\n{\"forged\"")));
}

void TestAuditLog::whatIsThereIsNeverOverwritten()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("audit.log"));
    Journal journal;
    for (const char* reason : {"one", "two", "three"})
        AuditLog(path.toStdString(), journal).append(reset(reason)); // as after a restart
    const QList<QJsonObject> lines = linesOf(path);
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines.first().value(QStringLiteral("reason")).toString(), QStringLiteral("one"));
    QCOMPARE(lines.last().value(QStringLiteral("reason")).toString(), QStringLiteral("three"));
}

void TestAuditLog::onlyItsOwnerMayReadIt()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("lifeguard/audit.log"));
    Journal journal;
    AuditLog(path.toStdString(), journal).append(reset({}));
    struct stat file {};
    QCOMPARE(stat(qPrintable(path), &file), 0);
    QCOMPARE(file.st_mode & 0777U, 0600U);
    QCOMPARE(stat(qPrintable(folder.filePath(QStringLiteral("lifeguard"))), &file), 0);
    QCOMPARE(file.st_mode & 0777U, 0700U);
}

void TestAuditLog::aFileThatCanNotBeWrittenIsToldAndTheRecordIsInTheEventLog()
{
    Journal journal;
    AuditLog log("/dev/full", journal);
    log.append(reset({}));
    QCOMPARE(eventsOf(journal, EventKind::ActionAudited).size(), std::size_t{1});
    const std::vector<Event> failures = eventsOf(journal, EventKind::AuditFailed);
    QCOMPARE(failures.size(), std::size_t{1});
    QCOMPARE(failures[0].severity, Severity::Critical);
    QCOMPARE(failures[0].text, std::string("The audit log /dev/full could not be written: No space left on device; "
                                           "\"Soft reset of \"orders\"\" is in the event log only"));
}

void TestAuditLog::withoutAFileTheEventLogHasThemAlone()
{
    Journal journal;
    AuditLog({}, journal).append(reset({}));
    QCOMPARE(eventsOf(journal, EventKind::ActionAudited).size(), std::size_t{1});
    QVERIFY(eventsOf(journal, EventKind::AuditFailed).empty());
}

void TestAuditLog::everyActionIsWrittenWithItsReason()
{
    AuditedFleet audited;
    audited.fleet.open("orders");
    for (const Command& command :
         {Command{ResetPool{"orders", ResetKind::Soft, "r1"}}, Command{ResetPool{"orders", ResetKind::Hard, "r2"}},
          Command{ResizePool{"orders", 1, 5, "r3"}}, Command{SuspendPool{"orders", "r4"}},
          Command{ResumePool{"orders", "r5"}}, Command{RunTestRegistration{"orders"}}, Command{ClosePool{"orders"}}})
        QVERIFY(audited.fleet.run(command).ok);
    const QList<QJsonObject> lines = linesOf(audited.path);
    const std::pair<const char*, const char*> expected[] = {
        {"open", ""},      {"soft_reset", "r1"}, {"hard_reset", "r2"},      {"resize", "r3"},
        {"suspend", "r4"}, {"resume", "r5"},     {"test_registration", ""}, {"close", ""}};
    QCOMPARE(lines.size(), static_cast<qsizetype>(std::size(expected)));
    for (qsizetype i = 0; i < lines.size(); ++i) {
        QCOMPARE(lines[i].value(QStringLiteral("action")).toString(), QString::fromLatin1(expected[i].first));
        QCOMPARE(lines[i].value(QStringLiteral("reason")).toString(), QString::fromLatin1(expected[i].second));
        QCOMPARE(lines[i].value(QStringLiteral("pool")).toString(), QStringLiteral("orders"));
        QCOMPARE(lines[i].value(QStringLiteral("actor")).toString(), QStringLiteral("ops@test"));
        QCOMPARE(lines[i].value(QStringLiteral("result")).toString(), QStringLiteral("done"));
        QVERIFY(lines[i].value(QStringLiteral("target")).toString().contains(QStringLiteral("orders")));
    }
    QCOMPARE(audited.fleet.events(EventKind::ActionAudited).size(), std::size(expected));
}

void TestAuditLog::failedAndRefusedActionsAreWrittenToo()
{
    AuditedFleet audited;
    QVERIFY(!audited.fleet.run(ResetPool{"gone", ResetKind::Soft, "why not"}).ok);
    audited.fleet.fleet->shutdown();
    audited.fleet.fleet->submit(ResetPool{"gone", ResetKind::Hard, "too late"});
    const QList<QJsonObject> lines = linesOf(audited.path);
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[0].value(QStringLiteral("result")).toString(), QStringLiteral("failed"));
    QVERIFY(lines[0].value(QStringLiteral("text")).toString().contains(QStringLiteral("there is no pool")));
    QCOMPARE(lines[1].value(QStringLiteral("result")).toString(), QStringLiteral("refused"));
    QCOMPARE(lines[1].value(QStringLiteral("reason")).toString(), QStringLiteral("too late"));
}

void TestAuditLog::whatOnlyLooksIsNotWritten()
{
    AuditedFleet audited;
    audited.fleet.run(TestConnection{FleetFixture::profile("orders"), {}});
    audited.fleet.run(RunHealthChecks{"gone"});
    QVERIFY(!QFile::exists(audited.path));
    QVERIFY(audited.fleet.events(EventKind::ActionAudited).empty());
}

void TestAuditLog::noPasswordIsWritten()
{
    AuditedFleet audited;
    audited.fleet.run(OpenProfile{FleetFixture::profile("orders"), "hunter2"});
    QFile file(audited.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray written = file.readAll();
    QVERIFY(written.contains("orders"));
    QVERIFY(!written.contains("hunter2"));
}

QTEST_GUILESS_MAIN(TestAuditLog)
#include "tst_audit_log.moc"
