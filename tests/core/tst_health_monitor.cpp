// SPDX-License-Identifier: Apache-2.0
#include "core/health/health_monitor.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestHealthMonitor : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void beforeAnyAnswerEveryCheckIsUnknownAndNotStale();
    void checksAreIndependentAndInTheirOrder();
    void aChangeIsToldOnceItIsAVerdict();
    void aFirstOkIsNoNewsButAFirstFailureIs();
    void turningUnknownAndBackIsNoNews();
    void answersOlderThanThreeIntervalsAreStale();
    void theStripKeepsTheLastAnswersOldestFirst();
    void namesAreStableAndTitlesReadable();

  private:
    const TimePoint m_start = TimePoint{} + 1h;
};

namespace {

CheckResult answer(CheckKind kind, HealthStatus status, const char* text = "words")
{
    CheckResult result;
    result.kind = kind;
    result.status = status;
    result.text = text;
    return result;
}

const CheckView& viewOf(const std::vector<CheckView>& views, CheckKind kind)
{
    return views[static_cast<std::size_t>(kind)];
}

} // namespace

void TestHealthMonitor::beforeAnyAnswerEveryCheckIsUnknownAndNotStale()
{
    const std::vector<CheckView> views = HealthMonitor{}.views(m_start, 5s);
    QCOMPARE(views.size(), kCheckKinds);
    for (const CheckView& view : views) {
        QCOMPARE(view.verdict, HealthStatus::Unknown);
        QVERIFY(!view.stale);
        QVERIFY(view.history.empty());
    }
}

void TestHealthMonitor::checksAreIndependentAndInTheirOrder()
{
    HealthMonitor monitor;
    monitor.record({answer(CheckKind::Validate, HealthStatus::Failing), answer(CheckKind::Connect, HealthStatus::Ok)},
                   m_start);
    const std::vector<CheckView> views = monitor.views(m_start, 5s);
    for (std::size_t kind = 0; kind < kCheckKinds; ++kind)
        QCOMPARE(views[kind].kind, static_cast<CheckKind>(kind));
    QCOMPARE(viewOf(views, CheckKind::Connect).verdict, HealthStatus::Ok);
    QCOMPARE(viewOf(views, CheckKind::Validate).verdict, HealthStatus::Failing);
    QCOMPARE(viewOf(views, CheckKind::ReplicationLag).verdict, HealthStatus::Unknown);
}

void TestHealthMonitor::aChangeIsToldOnceItIsAVerdict()
{
    HealthMonitor monitor;
    monitor.record({answer(CheckKind::ServerHeadroom, HealthStatus::Ok)}, m_start);
    QVERIFY(monitor.record({answer(CheckKind::ServerHeadroom, HealthStatus::Degraded)}, m_start + 5s).empty());
    const std::vector<VerdictChange> changes =
        monitor.record({answer(CheckKind::ServerHeadroom, HealthStatus::Degraded, "91 of 100 in use")}, m_start + 10s);
    QCOMPARE(changes.size(), std::size_t{1});
    QCOMPARE(changes[0].from, HealthStatus::Ok);
    QCOMPARE(changes[0].to, HealthStatus::Degraded);
    QCOMPARE(changes[0].result.text, std::string("91 of 100 in use"));
    QVERIFY(viewOf(monitor.views(m_start + 10s, 5s), CheckKind::ServerHeadroom).since == m_start + 10s);
}

void TestHealthMonitor::aFirstOkIsNoNewsButAFirstFailureIs()
{
    HealthMonitor monitor;
    QVERIFY(monitor.record({answer(CheckKind::Connect, HealthStatus::Ok)}, m_start).empty());
    QCOMPARE(monitor.record({answer(CheckKind::Validate, HealthStatus::Failing)}, m_start).size(), std::size_t{1});
}

void TestHealthMonitor::turningUnknownAndBackIsNoNews()
{
    HealthMonitor monitor;
    monitor.record({answer(CheckKind::Connect, HealthStatus::Failing)}, m_start);
    for (int i = 0; i < 2; ++i)
        QVERIFY(monitor.record({answer(CheckKind::Connect, HealthStatus::Unknown)}, m_start).empty());
    QCOMPARE(monitor.views(m_start, 5s).front().verdict, HealthStatus::Unknown);
    QVERIFY(monitor.record({answer(CheckKind::Connect, HealthStatus::Failing)}, m_start).empty());
    monitor.record({answer(CheckKind::Connect, HealthStatus::Ok)}, m_start);
    const auto changes = monitor.record({answer(CheckKind::Connect, HealthStatus::Ok)}, m_start);
    QCOMPARE(changes.size(), std::size_t{1}); // the failure was told, so its end is too
    QCOMPARE(changes[0].from, HealthStatus::Failing);
}

void TestHealthMonitor::answersOlderThanThreeIntervalsAreStale()
{
    HealthMonitor monitor;
    monitor.record({answer(CheckKind::Connect, HealthStatus::Ok)}, m_start);
    QVERIFY(!monitor.views(m_start + 15s, 5s).front().stale);
    const CheckView late = monitor.views(m_start + 15s + 1ms, 5s).front();
    QVERIFY(late.stale);
    QCOMPARE(late.verdict, HealthStatus::Ok); // the verdict stays visible, with its age
}

void TestHealthMonitor::theStripKeepsTheLastAnswersOldestFirst()
{
    HealthMonitor monitor;
    monitor.record({answer(CheckKind::Connect, HealthStatus::Failing)}, m_start);
    for (std::size_t i = 0; i + 1 < kCheckHistory; ++i)
        monitor.record({answer(CheckKind::Connect, HealthStatus::Ok)}, m_start);
    QCOMPARE(monitor.views(m_start, 5s).front().history.front(), HealthStatus::Failing);
    monitor.record({answer(CheckKind::Connect, HealthStatus::Degraded)}, m_start);
    const std::vector<HealthStatus> strip = monitor.views(m_start, 5s).front().history;
    QCOMPARE(strip.size(), kCheckHistory);
    QCOMPARE(strip.front(), HealthStatus::Ok);
    QCOMPARE(strip.back(), HealthStatus::Degraded);
}

void TestHealthMonitor::namesAreStableAndTitlesReadable()
{
    QCOMPARE(nameOf(CheckKind::WriteRolledBack), std::string_view("write_rolled_back"));
    QCOMPARE(titleOf(CheckKind::ServerHeadroom), std::string_view("Server headroom"));
    QCOMPARE(nameOf(HealthStatus::Degraded), std::string_view("degraded"));
}

QTEST_GUILESS_MAIN(TestHealthMonitor)
#include "tst_health_monitor.moc"
