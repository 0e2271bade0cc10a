// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/verdict.h"

#include "core/fleet/fleet_snapshot.h"
#include "tests/support/stub_session.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestVerdict : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void aPoolAtWorkIsHealthyWithoutAReason();
    void anOpenCircuitIsFailingWithItsReasonAndTheNextTry();
    void aStoppedPoolSaysThatAPersonIsNeeded();
    void aClosedPoolIsFailing();
    void aFailingCheckMakesThePoolFailing();
    void callersThatWaitForLongDegradeIt();
    void retryingDegradesIt();
    void aDegradedCheckAndALeakDegradeIt();
    void oldAnswersMakeItStale();
    void nothingKnownIsUnknownNotHealthy();
    void theWorstReasonWins();
    void anApplicationsPoolIsDegradedByForgottenTransactionsAndLocks();
    void oldNumbersOfAnApplicationAreStaleWhateverTheySay();
    void hiddenSessionsAreUnknownWithWhatToGrant();
    void namesAreWords();

  private:
    PoolView managed() const;
    PoolView observed() const;
    void inTrouble(PoolView& view, const DatabaseError& error) const;
    Verdict verdictOf(const PoolView& view) const { return judge(view, m_now, 250ms); }

    const TimePoint m_now = TimePoint{} + 1h;
};

namespace {

CheckView check(CheckKind kind, HealthStatus verdict, const char* text)
{
    CheckView view;
    view.kind = kind;
    view.verdict = verdict;
    view.newest.text = text;
    return view;
}

} // namespace

PoolView TestVerdict::managed() const
{
    PoolView view;
    view.managed.emplace();
    view.managed->at = m_now;
    view.managed->state = PoolState::Running;
    view.managed->maxSize = 10;
    view.managed->active = 10;
    view.managed->opened = 10;
    view.sampledAt = m_now;
    return view;
}

void TestVerdict::inTrouble(PoolView& view, const DatabaseError& error) const
{
    view.managed->lastError = error;
    view.managed->troubleSince = m_now - 30s;
    view.managed->downSince = WallTime{} + 12h + 3min + 11s;
    view.managed->attempt = 6;
    view.managed->nextAttemptAt = m_now + 3200ms;
}

PoolView TestVerdict::observed() const
{
    PoolView view;
    view.kind = PoolKind::Observed;
    view.observed.emplace();
    view.observed->active = 2;
    view.sampledAt = m_now;
    return view;
}

void TestVerdict::initTestCase()
{
    qputenv("TZ", "UTC");
    tzset();
}

void TestVerdict::aPoolAtWorkIsHealthyWithoutAReason()
{
    QCOMPARE(verdictOf(managed()).health, PoolHealth::Healthy);
    QVERIFY(verdictOf(managed()).reason.empty());
    QCOMPARE(verdictOf(observed()).health, PoolHealth::Healthy);
}

void TestVerdict::anOpenCircuitIsFailingWithItsReasonAndTheNextTry()
{
    PoolView view = managed();
    view.managed->active = 0;
    view.managed->circuit = CircuitState::Open;
    view.managed->circuitRetryAt = m_now + 3500ms;
    inTrouble(view, serverError("57P03", "the database system is starting up"));
    QCOMPARE(verdictOf(view).health, PoolHealth::Failing);
    QCOMPARE(verdictOf(view).reason,
             std::string("Down since 12:03:11, attempt 7 in 3.2 s: 57P03 the database system is starting up"));
}

void TestVerdict::aStoppedPoolSaysThatAPersonIsNeeded()
{
    PoolView view = managed();
    view.managed->active = 0;
    view.managed->circuit = CircuitState::Open;
    view.managed->circuitRetryAt = TimePoint::max();
    inTrouble(view, serverError("28P01", "password authentication failed"));
    QCOMPARE(verdictOf(view).health, PoolHealth::Failing);
    QCOMPARE(verdictOf(view).reason, std::string("Stopped: wrong password (28P01 password authentication failed)"));
}

void TestVerdict::aClosedPoolIsFailing()
{
    PoolView view = managed();
    view.managed->state = PoolState::ShuttingDown;
    QCOMPARE(verdictOf(view).health, PoolHealth::Failing);
    QCOMPARE(verdictOf(view).reason, std::string("the pool is shutting down"));
}

void TestVerdict::aFailingCheckMakesThePoolFailing()
{
    PoolView view = managed();
    view.checks = {check(CheckKind::Connect, HealthStatus::Ok, "1 ms"),
                   check(CheckKind::WriteRolledBack, HealthStatus::Failing, "25006 read-only")};
    QCOMPARE(verdictOf(view).health, PoolHealth::Failing);
    QCOMPARE(verdictOf(view).reason, std::string("health check \"Write, rolled back\": 25006 read-only"));
}

void TestVerdict::callersThatWaitForLongDegradeIt()
{
    PoolView view = managed();
    view.managed->waiting = 3;
    view.managed->oldestWait = 1000ms;
    QCOMPARE(verdictOf(view).health, PoolHealth::Healthy);
    view.managed->oldestWait = 1800ms;
    QCOMPARE(verdictOf(view).health, PoolHealth::Degraded);
    QCOMPARE(verdictOf(view).reason, std::string("Full: 10 of 10 leased; 3 wait, the longest for 1.8 s"));
}

void TestVerdict::retryingDegradesIt()
{
    PoolView view = managed();
    view.managed->active = 3;
    inTrouble(view, linkLost());
    view.managed->attempt = 0;
    QCOMPARE(verdictOf(view).health, PoolHealth::Degraded);
    QCOMPARE(verdictOf(view).reason, std::string("Reconnecting since 12:03:11: server closed the connection "
                                                 "unexpectedly; 3 of 10 still serve, 3 leased"));
    inTrouble(view, serverError("53300", "sorry, too many clients already"));
    view.load = ServerLoad{100, 100};
    QVERIFY(verdictOf(view).reason.starts_with("The server refuses: 53300, 100 of 100 in use; attempt 7 in 3.2 s"));
}

void TestVerdict::aDegradedCheckAndALeakDegradeIt()
{
    PoolView view = managed();
    view.checks = {check(CheckKind::ServerHeadroom, HealthStatus::Degraded, "91 of 100 in use")};
    QCOMPARE(verdictOf(view).health, PoolHealth::Degraded);
    QCOMPARE(verdictOf(view).reason, std::string("health check \"Server headroom\": 91 of 100 in use"));
    view.checks.clear();
    view.managed->leakSuspects = {{ConnectionId{1}, "GET /cart", 31s, {}, 0}, {ConnectionId{2}, "cron", 41s, {}, 0}};
    QCOMPARE(verdictOf(view).reason, std::string("2 leases held, the longest 41 s by cron"));
    view.managed->leakSuspects[1].statement = "UPDATE carts SET total = ?";
    QCOMPARE(verdictOf(view).reason,
             std::string("2 leases held, the longest 41 s by cron; last statement: UPDATE carts SET total = ?"));
}

void TestVerdict::oldAnswersMakeItStale()
{
    PoolView view = managed();
    view.checks = {check(CheckKind::Connect, HealthStatus::Ok, "1 ms")};
    view.checks[0].stale = true;
    view.checks[0].newest.at = m_now - 20s;
    QCOMPARE(verdictOf(view).health, PoolHealth::Stale);
    QCOMPARE(verdictOf(view).reason, std::string("health check \"Connect\" has not answered for 20 s"));
    view.checks.clear();
    view.sampledAt = m_now - 751ms;
    QCOMPARE(verdictOf(view).health, PoolHealth::Stale);
}

void TestVerdict::nothingKnownIsUnknownNotHealthy()
{
    PoolView view = managed();
    view.managed->opened = 0;
    view.checks = {check(CheckKind::Connect, HealthStatus::Unknown, "")};
    QCOMPARE(verdictOf(view).health, PoolHealth::Unknown);
    view.checks[0].verdict = HealthStatus::Ok;
    QCOMPARE(verdictOf(view).health, PoolHealth::Healthy);
    QCOMPARE(verdictOf(PoolView{}).health, PoolHealth::Unknown);
    PoolView unsampled = observed();
    unsampled.sampledAt = {};
    QCOMPARE(verdictOf(unsampled).health, PoolHealth::Unknown);
}

void TestVerdict::theWorstReasonWins()
{
    PoolView view = managed();
    view.managed->lastError = linkLost();
    view.managed->waiting = 1;
    view.managed->oldestWait = 2s;
    view.checks = {check(CheckKind::Connect, HealthStatus::Failing, "no answer")};
    QCOMPARE(verdictOf(view).health, PoolHealth::Failing);
    view.checks.clear();
    QVERIFY(verdictOf(view).reason.ends_with("; 1 waits, for 2.0 s"));
}

void TestVerdict::anApplicationsPoolIsDegradedByForgottenTransactionsAndLocks()
{
    PoolView view = observed();
    view.observed->idleInTransaction = 3;
    view.observed->oldestIdleInTransaction = 30s;
    QCOMPARE(verdictOf(view).health, PoolHealth::Healthy);
    view.observed->oldestIdleInTransaction = 41s;
    QCOMPARE(verdictOf(view).health, PoolHealth::Degraded);
    QCOMPARE(verdictOf(view).reason, std::string("3 idle in transaction, the oldest 41 s"));
    view = observed();
    view.observed->waitingOnLock = 1;
    view.observed->longestLockWait = 6s;
    QCOMPARE(verdictOf(view).reason, std::string("1 session waits on a lock, for 6.0 s"));
}

void TestVerdict::oldNumbersOfAnApplicationAreStaleWhateverTheySay()
{
    PoolView view = observed();
    view.observed->oldestIdleInTransaction = 41s;
    view.sampledAt = m_now - 12s;
    QCOMPARE(verdictOf(view).health, PoolHealth::Stale);
    QCOMPARE(verdictOf(view).reason, std::string("the numbers are 12 s old"));
}

void TestVerdict::hiddenSessionsAreUnknownWithWhatToGrant()
{
    PoolView view = observed();
    view.observed->unreadable = 4;
    QCOMPARE(verdictOf(view).health, PoolHealth::Unknown);
    QVERIFY(verdictOf(view).reason.find("GRANT pg_monitor") != std::string::npos);
}

void TestVerdict::namesAreWords()
{
    QCOMPARE(nameOf(PoolHealth::Failing), std::string_view("failing"));
    QCOMPARE(nameOf(PoolHealth::Healthy), std::string_view("healthy"));
}

QTEST_GUILESS_MAIN(TestVerdict)
#include "tst_verdict.moc"
