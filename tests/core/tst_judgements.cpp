// SPDX-License-Identifier: Apache-2.0
#include "core/health/judgements.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(lifeguard::HealthStatus)

class TestJudgements : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void headroomIsJudgedByShareAndByWhatIsLeft_data();
    void headroomIsJudgedByShareAndByWhatIsLeft();
    void idleInTransactionIsJudgedByTheOldest_data();
    void idleInTransactionIsJudgedByTheOldest();
    void lagIsJudgedByTheWorstStandby();
    void aLagThatIsNotKnownIsNotGood();
    void aServerWithoutStandbysHasNoLag();
};

void TestJudgements::headroomIsJudgedByShareAndByWhatIsLeft_data()
{
    QTest::addColumn<int>("used");
    QTest::addColumn<int>("maximum");
    QTest::addColumn<HealthStatus>("status");
    QTest::newRow("empty") << 0 << 100 << HealthStatus::Ok;
    QTest::newRow("89 %") << 89 << 100 << HealthStatus::Ok;
    QTest::newRow("90 %") << 90 << 100 << HealthStatus::Degraded;
    QTest::newRow("96 %") << 96 << 100 << HealthStatus::Degraded;
    QTest::newRow("97 %") << 97 << 100 << HealthStatus::Failing;
    QTest::newRow("only the reserved ones left on a small server") << 17 << 20 << HealthStatus::Failing;
    QTest::newRow("four left on a small server") << 16 << 20 << HealthStatus::Ok;
    QTest::newRow("beyond the limit") << 101 << 100 << HealthStatus::Failing;
    QTest::newRow("limit unknown") << 5 << 0 << HealthStatus::Unknown;
}

void TestJudgements::headroomIsJudgedByShareAndByWhatIsLeft()
{
    QFETCH(int, used);
    QFETCH(int, maximum);
    QFETCH(HealthStatus, status);
    const CheckResult result = judgeHeadroom(used, maximum);
    QCOMPARE(result.kind, CheckKind::ServerHeadroom);
    QCOMPARE(result.status, status);
    if (maximum > 0)
        QCOMPARE(result.text, std::to_string(used) + " of " + std::to_string(maximum) + " in use");
}

void TestJudgements::idleInTransactionIsJudgedByTheOldest_data()
{
    QTest::addColumn<QVector<int>>("seconds");
    QTest::addColumn<int>("unreadable");
    QTest::addColumn<HealthStatus>("status");
    QTest::addColumn<QString>("text");
    const auto none = QStringLiteral("none over 30 s");
    QTest::newRow("no session") << QVector<int>{} << 0 << HealthStatus::Ok << none;
    QTest::newRow("short ones") << QVector<int>{1, 30} << 0 << HealthStatus::Ok << none;
    QTest::newRow("one late") << QVector<int>{41, 2} << 0 << HealthStatus::Degraded
                              << QStringLiteral("1 session, 41 s");
    QTest::newRow("two late") << QVector<int>{31, 41, 2} << 0 << HealthStatus::Degraded
                              << QStringLiteral("2 sessions, the oldest 41 s");
    QTest::newRow("very late") << QVector<int>{301} << 0 << HealthStatus::Failing
                               << QStringLiteral("1 session, 5 min 1 s");
    QTest::newRow("hidden") << QVector<int>{1} << 2 << HealthStatus::Unknown
                            << QStringLiteral("2 sessions are hidden from this role");
    QTest::newRow("late and hidden") << QVector<int>{41} << 2 << HealthStatus::Degraded
                                     << QStringLiteral("1 session, 41 s");
}

void TestJudgements::idleInTransactionIsJudgedByTheOldest()
{
    QFETCH(QVector<int>, seconds);
    QFETCH(int, unreadable);
    QFETCH(HealthStatus, status);
    QFETCH(QString, text);
    std::vector<std::chrono::milliseconds> ages;
    for (const int each : seconds)
        ages.push_back(std::chrono::seconds{each});
    const CheckResult result = judgeIdleInTransaction(ages, unreadable);
    QCOMPARE(result.status, status);
    QCOMPARE(QString::fromStdString(result.text), text);
}

void TestJudgements::lagIsJudgedByTheWorstStandby()
{
    const StandbyLag near{"standby-1", 12 * 1024, 0ms};
    QCOMPARE(judgeReplicationLag({near}).status, HealthStatus::Ok);
    QCOMPARE(judgeReplicationLag({near}).text, std::string("standby-1 12 kB · 0.0 s"));
    const StandbyLag behind{"standby-2", 17 * 1024 * 1024, 2s};
    QCOMPARE(judgeReplicationLag({near, behind}).status, HealthStatus::Degraded);
    QCOMPARE(judgeReplicationLag({near, behind}).text, std::string("2 standbys, the worst: standby-2 17 MB · 2.0 s"));
    QCOMPARE(judgeReplicationLag({{"late", 0, 11s}}).status, HealthStatus::Degraded);
    QCOMPARE(judgeReplicationLag({{"late", 0, 61s}, behind}).status, HealthStatus::Failing);
    QCOMPARE(judgeReplicationLag({{"late", 500, 61s}}).text, std::string("late 500 B · 61.0 s"));
}

void TestJudgements::aLagThatIsNotKnownIsNotGood()
{
    const StandbyLag hidden{"standby-3", 0, 0ms, false};
    const CheckResult result = judgeReplicationLag({{"standby-1", 12 * 1024, 0ms}, hidden});
    QCOMPARE(result.status, HealthStatus::Unknown);
    QVERIFY2(result.text.find("standby-3") != std::string::npos, result.text.c_str());
    QCOMPARE(judgeReplicationLag({{"late", 0, 61s}, hidden}).status, HealthStatus::Failing);
}

void TestJudgements::aServerWithoutStandbysHasNoLag()
{
    QCOMPARE(judgeReplicationLag({}).status, HealthStatus::Ok);
    QCOMPARE(judgeReplicationLag({}).text, std::string("no standbys"));
}

QTEST_GUILESS_MAIN(TestJudgements)
#include "tst_judgements.moc"
