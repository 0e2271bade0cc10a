// SPDX-License-Identifier: Apache-2.0
// A server whose processes are frozen: its kernel takes connections and acknowledges all that is sent, and nobody
// answers. No keepalive notices. What a caller asks for ends by the caller's deadline.
#include "tests/support/fault_fixture.h"

#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

using enum EventKind;

namespace {

constexpr auto kTimeout = 700ms;

} // namespace

class TestFaultsFrozen : public QObject, private FaultTest {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { startServer(); }
    void init() { watchAnew(); }
    void cleanup() { m_fixture.server.thaw(); }
    void operationsInFlightEndByTheirDeadline();
    void connectionsUsedAMomentAgoEndByTheDeadlineToo();
    void restedConnectionsAreFoundOutByTheDeadline();
    void callsWithDefaultOptionsEndByTheirDeadline_data();
    void callsWithDefaultOptionsEndByTheirDeadline();
    void resetAndShutdownDoNotWaitForIt();

  private:
    void verifyEndedInTime(const Outcome& outcome)
    {
        QVERIFY2(!outcome.ok(), words(outcome).constData());
        QVERIFY2(outcome.took >= kTimeout - 20ms && outcome.took <= kTimeout + kLate, words(outcome).constData());
    }

    void verifyWorksAgain(FaultPool& faults)
    {
        m_fixture.server.thaw();
        const Outcome outcome = faults.operate("SELECT 1", 20s);
        QVERIFY2(outcome.ok(), words(outcome).constData());
        QTRY_COMPARE(faults.pool->snapshot().closing, 0);
    }
};

void TestFaultsFrozen::operationsInFlightEndByTheirDeadline()
{
    FaultPool faults(m_fixture.tcp("app"), faultOptions(3, 3));
    QTRY_COMPARE(faults.pool->snapshot().idle, 3);
    std::vector<std::future<Outcome>> operations;
    operations.reserve(5);
    for (int i = 0; i < 5; ++i) // two more than there are connections
        operations.push_back(
            std::async(std::launch::async, [&] { return faults.operate("SELECT pg_sleep(600)", kTimeout); }));
    QTRY_COMPARE(faults.pool->snapshot().active, 3);
    QTRY_COMPARE(faults.pool->snapshot().waiting, 2);
    m_fixture.server.freeze();
    int refused = 0;
    for (auto& operation : operations) {
        const Outcome outcome = operation.get();
        verifyEndedInTime(outcome);
        refused += outcome.refused ? 1 : 0;
    }
    QCOMPARE(refused, 2);
    QTRY_COMPARE(faults.count(OperationTimedOut), 3);
    verifyWorksAgain(faults);
    verifyOrder(faults, {OperationTimedOut, ConnectionClosed, ConnectionOpened});
    QTRY_COMPARE(faults.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Deadline)], std::uint64_t{3});
    verifyAccounts(faults);
}

void TestFaultsFrozen::connectionsUsedAMomentAgoEndByTheDeadlineToo()
{
    PoolOptions options = faultOptions(2, 2);
    options.bypassWindow = 60s; // all are lent without a round trip
    FaultPool faults(m_fixture.tcp("app"), options);
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    m_fixture.server.freeze();
    verifyEndedInTime(faults.operate("SELECT 1", kTimeout));
    QTRY_COMPARE(faults.count(OperationTimedOut), 1);
    verifyWorksAgain(faults);
    QCOMPARE(faults.pool->snapshot().failed, std::uint64_t{0});
    verifyAccounts(faults);
}

void TestFaultsFrozen::restedConnectionsAreFoundOutByTheDeadline()
{
    PoolOptions options = faultOptions(2, 2);
    options.bypassWindow = 0ms; // all are validated before they are lent
    options.validationTimeout = 200ms;
    options.connectTimeout = 300ms;
    FaultPool faults(m_fixture.tcp("app"), options);
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    m_fixture.server.freeze();
    const TimePoint rested = Clock::now();
    QTRY_VERIFY(Clock::now() - rested > 50ms); // one used within the last millisecond is lent as it is
    const Outcome outcome = faults.operate("SELECT 1", kTimeout);
    verifyEndedInTime(outcome);
    QVERIFY2(outcome.refused && outcome.refused->reason == AcquireFailure::Timeout, words(outcome).constData());
    verifyWorksAgain(faults);
    verifyOrder(faults, {ConnectionLost, AcquireFailed, ConnectionOpened, Recovered});
    QCOMPARE(faults.count(OperationTimedOut), 0);
    verifyAccounts(faults);
}

void TestFaultsFrozen::callsWithDefaultOptionsEndByTheirDeadline_data()
{
    QTest::addColumn<bool>("transaction");
    QTest::addColumn<bool>("rested");
    QTest::newRow("transaction, fresh") << true << false;
    QTest::newRow("transaction, rested") << true << true;
    QTest::newRow("run, fresh") << false << false;
    QTest::newRow("run, rested") << false << true;
}

void TestFaultsFrozen::callsWithDefaultOptionsEndByTheirDeadline()
{
    QFETCH(const bool, transaction);
    QFETCH(const bool, rested);
    FaultPool faults(m_fixture.tcp("app"), PoolOptions());
    const auto call = [&](std::chrono::milliseconds timeout) {
        return transaction ? faults.inTransaction("SELECT 1", timeout) : faults.inAutocommit("SELECT 1", timeout);
    };
    QVERIFY(call(20s).ok());
    const TimePoint used = Clock::now();
    if (rested)
        QTRY_VERIFY(Clock::now() - used > faults.pool->options().bypassWindow + 50ms);
    m_fixture.server.freeze();
    verifyEndedInTime(call(kTimeout));
    verifyWorksAgain(faults);
    verifyAccounts(faults);
}

void TestFaultsFrozen::resetAndShutdownDoNotWaitForIt()
{
    PoolOptions options = faultOptions(2, 2);
    options.shutdownTimeout = 300ms;
    FaultPool faults(m_fixture.tcp("app"), options);
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    auto operation = std::async(std::launch::async, [&] { return faults.operate("SELECT pg_sleep(600)", 600s); });
    QTRY_COMPARE(faults.pool->snapshot().active, 1);
    m_fixture.server.freeze();
    const TimePoint reset = Clock::now();
    faults.pool->hardReset("a person");
    QVERIFY(!operation.get().ok());
    QVERIFY(Clock::now() - reset <= kLate);
    const TimePoint closing = Clock::now();
    QVERIFY(faults.pool->shutdown());
    QVERIFY(Clock::now() - closing <= kLate);
    QCOMPARE(faults.imbalance(), std::string());
    m_fixture.server.thaw();
    QTRY_COMPARE(m_fixture.sessionsOf(kFaultApplication), 0);
}

QTEST_GUILESS_MAIN(TestFaultsFrozen)
#include "tst_faults_frozen.moc"
