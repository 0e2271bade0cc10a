// SPDX-License-Identifier: Apache-2.0
// What a pool's callers see when the server has a bad time: ended sessions, restarts, no room, no entry, no database.
#include "tests/support/fault_fixture.h"

using namespace lifeguard;
using namespace std::chrono_literals;

using enum EventKind;

class TestFaults : public QObject, private FaultTest {
    Q_OBJECT

  public:
    TestFaults() : FaultTest({QStringLiteral("max_connections = 16")}) {}

  private Q_SLOTS:
    void initTestCase() { startServer(); }
    void init() { watchAnew(); }
    void idleConnectionsThatTheServerEndedCostNobodyAnError();
    void onlyTheOperationsInFlightFailWhenTheServerEndsThem();
    void aRestartFailsOnlyWhatWasInFlight_data();
    void aRestartFailsOnlyWhatWasInFlight();
    void aFullServerKeepsOnlyNewConnectionsAway();
    void aChangedPasswordStopsThePoolUntilSomebodyActs();
    void aDatabaseThatWasDroppedAndMadeAnewIsUsedAgain();
    void resetsAndDeadlinesNeverShowTheServerMoreThanMaxSize_data();
    void resetsAndDeadlinesNeverShowTheServerMoreThanMaxSize();

  private:
    void endAll() { m_fixture.endSessionsOf(kFaultApplication); }
};

void TestFaults::idleConnectionsThatTheServerEndedCostNobodyAnError()
{
    FaultPool faults(m_fixture.connection("app"), faultOptions(4, 4));
    QTRY_COMPARE(faults.pool->snapshot().idle, 4);
    endAll();
    for (int i = 0; i < 100; ++i) {
        const Outcome outcome = faults.operate("SELECT 1", 20s);
        QVERIFY2(outcome.ok(), words(outcome).constData());
    }
    QTRY_COMPARE(faults.pool->snapshot().idle, 4);
    verifyOrder(faults, {PoolOpened, ConnectionOpened, ConnectionLost, ConnectionOpened});
    QCOMPARE(faults.count(AcquireFailed), 0);
    QCOMPARE(faults.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Lost)], std::uint64_t{4});
    verifyAccounts(faults);
}

void TestFaults::onlyTheOperationsInFlightFailWhenTheServerEndsThem()
{
    FaultPool faults(m_fixture.connection("app"), faultOptions(3, 3));
    QTRY_COMPARE(faults.pool->snapshot().idle, 3);
    Traffic traffic(faults, 6, "SELECT pg_sleep(0.02)", 20s);
    QTRY_VERIFY(traffic.succeeded() > 20);
    endAll();
    const TimePoint ended = Clock::now();
    QTRY_VERIFY(traffic.succeededSince(ended) > 20);
    traffic.stop();
    const std::vector<Outcome> failures = traffic.failures();
    QVERIFY2(!failures.empty() && failures.size() <= 3, faults.story().c_str());
    for (const Outcome& failure : failures)
        QVERIFY2(failure.error && failure.error->sqlState == "57P01", words(failure).constData());
    verifyOrder(faults, {ConnectionOpened, ConnectionLost, ConnectionOpened, Recovered});
    QCOMPARE(faults.pool->snapshot().failed, std::uint64_t{0});
    verifyAccounts(faults);
}

void TestFaults::aRestartFailsOnlyWhatWasInFlight_data()
{
    QTest::addColumn<bool>("immediate");
    QTest::newRow("fast") << false;
    QTest::newRow("immediate") << true;
}

void TestFaults::aRestartFailsOnlyWhatWasInFlight()
{
    QFETCH(const bool, immediate);
    FaultPool faults(m_fixture.connection("app"), faultOptions(4, 4));
    QTRY_COMPARE(faults.pool->snapshot().idle, 4);
    Traffic traffic(faults, 8, "SELECT pg_sleep(0.005)", 20s);
    QTRY_VERIFY(traffic.succeeded() > 50);
    const TimePoint stopped = Clock::now();
    m_fixture.server.stop(immediate ? PrivateServer::StopMode::Immediate : PrivateServer::StopMode::Fast);
    const TimePoint down = Clock::now();
    QTRY_VERIFY(faults.count(RetryScheduled) >= 1);
    startAgain();
    const TimePoint up = Clock::now();
    QTRY_VERIFY(m_watch->connectedAt() > down);
    QTRY_VERIFY(traffic.succeededSince(up) > 50);
    QTRY_COMPARE(faults.pool->snapshot().active + faults.pool->snapshot().idle, 4);
    traffic.stop();

    QVERIFY2(traffic.failures().size() <= 4, faults.story().c_str());
    for (const Outcome& failure : traffic.failures())
        QVERIFY2(failure.leased && failure.error, words(failure).constData()); // nobody was refused a connection
    const TimePoint accepts = std::min(up, m_watch->connectedAt());
    const TimePoint back = *traffic.firstSuccessSince(down);
    QVERIFY2(back - accepts <= kLate, faults.story().c_str());
    QVERIFY(traffic.longest() <= up - stopped + kLate);
    verifyOrder(faults, {ConnectionOpened, ConnectionLost, RetryScheduled, ConnectionOpened, Recovered});
    QCOMPARE(faults.count(Recovered), 1);
    QCOMPARE(faults.count(RetriesExhausted), 0);
    verifyAccounts(faults);
}

void TestFaults::aFullServerKeepsOnlyNewConnectionsAway()
{
    FaultPool faults(m_fixture.connection("app"), faultOptions(2, 4));
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    std::vector<std::unique_ptr<PostgresSession>> others;
    const std::atomic<bool> never{false};
    const PostgresConnector stranger(m_fixture.connection("app"), {"stranger", {}, 0ms});
    for (;;) {
        auto opened = stranger.openPostgres(inSeconds(30), never);
        if (!opened) {
            QCOMPARE(opened.error().sqlState, std::string("53300"));
            break;
        }
        others.push_back(std::move(*opened));
    }
    {
        Traffic traffic(faults, 4, "SELECT pg_sleep(0.15)", 20s); // long enough for a third connection to be wanted
        QTRY_VERIFY(faults.count(RetryScheduled) >= 1);
        others.clear();
        QTRY_VERIFY(faults.pool->snapshot().opened >= 3);
        traffic.stop();
        QVERIFY2(traffic.failures().empty(), words(traffic.failures()).constData());
    }
    QCOMPARE(faults.events(RetryScheduled).front().sqlState, std::string("53300"));
    verifyOrder(faults, {ConnectionOpened, RetryScheduled, ConnectionOpened, Recovered});
    QCOMPARE(faults.count(ConnectionLost), 0);
    verifyAccounts(faults);
}

void TestFaults::aChangedPasswordStopsThePoolUntilSomebodyActs()
{
    FaultPool faults(m_fixture.tcp("locked"), faultOptions(2, 2), "right");
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    m_fixture.ask(QStringLiteral("ALTER ROLE locked PASSWORD 'other'"));
    QVERIFY(faults.operate("SELECT 1", 20s).ok()); // who is in stays in
    endAll();
    QTRY_VERIFY(faults.count(ConnectStopped) > 0);
    QVERIFY2(faults.count(ConnectStopped) == 1, faults.story().c_str());
    QCOMPARE(faults.events(ConnectStopped).front().sqlState, std::string("28P01"));
    const Outcome refused = faults.operate("SELECT 1", 20s);
    QVERIFY2(refused.refused && refused.refused->reason == AcquireFailure::Stopped, words(refused).constData());
    QCOMPARE(refused.refused->lastError->sqlState, std::string("28P01"));
    QVERIFY2(refused.took <= kLate, words(refused).constData());    // at once: no time-out can mend it
    QCOMPARE(faults.pool->snapshot().openFailed, std::uint64_t{1}); // repeated tries lock accounts

    m_fixture.ask(QStringLiteral("ALTER ROLE locked PASSWORD 'right'"));
    faults.pool->softReset("a person");
    const Outcome outcome = faults.operate("SELECT 1", 20s);
    QVERIFY2(outcome.ok(), words(outcome).constData());
    verifyOrder(faults, {ConnectionOpened, ConnectionLost, ConnectStopped, SoftReset, ConnectionOpened, Recovered});
    verifyAccounts(faults);
}

void TestFaults::aDatabaseThatWasDroppedAndMadeAnewIsUsedAgain()
{
    m_fixture.ask(QStringLiteral("CREATE DATABASE brief OWNER app"));
    FaultPool faults(m_fixture.connection("app", "brief"), faultOptions(2, 2));
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    Traffic traffic(faults, 4, "SELECT pg_sleep(0.02)", 20s);
    QTRY_VERIFY(traffic.succeeded() > 10);
    m_fixture.ask(QStringLiteral("DROP DATABASE brief WITH (FORCE)"));
    QTRY_VERIFY2(faults.count(ConnectStopped) > 0, faults.story().c_str());
    traffic.stop();
    QVERIFY2(faults.count(ConnectStopped) == 1, faults.story().c_str());
    QCOMPARE(faults.events(ConnectStopped).front().sqlState, std::string("3D000"));
    const auto failures = traffic.failures();
    const auto inFlight = std::count_if(failures.begin(), failures.end(),
                                        [](const Outcome& failure) { return failure.leased && failure.error; });
    QVERIFY(inFlight >= 1 && inFlight <= 2);
    for (const Outcome& failure : failures)
        QVERIFY2(failure.leased || failure.refused->reason == AcquireFailure::Stopped, words(failure).constData());

    m_fixture.ask(QStringLiteral("CREATE DATABASE brief OWNER app"));
    faults.pool->softReset("a person");
    const Outcome outcome = faults.operate("SELECT 1", 20s);
    QVERIFY2(outcome.ok(), words(outcome).constData());
    verifyOrder(faults, {ConnectionOpened, ConnectionLost, ConnectStopped, AcquireFailed, SoftReset, ConnectionOpened,
                         Recovered});
    verifyAccounts(faults);
}

void TestFaults::resetsAndDeadlinesNeverShowTheServerMoreThanMaxSize_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("tcp");
    for (const char* what : {"soft reset", "hard reset", "deadline"}) {
        QTest::addRow("%s, unix socket", what) << QString::fromLatin1(what) << false;
        QTest::addRow("%s, TCP", what) << QString::fromLatin1(what) << true;
    }
}

void TestFaults::resetsAndDeadlinesNeverShowTheServerMoreThanMaxSize()
{
    QFETCH(const QString, what);
    QFETCH(const bool, tcp);
    FaultPool faults(tcp ? m_fixture.tcp("app") : m_fixture.connection("app"), faultOptions(3, 3));
    QTRY_COMPARE(faults.pool->snapshot().idle, 3);
    const bool busy = what != QLatin1String("soft reset"); // its statements would run on for long
    Traffic traffic(faults, 5, busy ? "SELECT pg_sleep(600)" : "SELECT pg_sleep(0.02)",
                    what == QLatin1String("deadline") ? 100ms : 1s);
    for (int i = 1; i <= 5; ++i) {
        const std::uint64_t before = faults.pool->snapshot().closedInAll();
        QTRY_COMPARE(faults.pool->snapshot().active, 3);
        if (what == QLatin1String("soft reset"))
            faults.pool->softReset("a person");
        if (what == QLatin1String("hard reset"))
            faults.pool->hardReset("a person");
        QTRY_VERIFY(faults.pool->snapshot().closedInAll() >= before + 3);
    }
    traffic.stop();
    verifyAccounts(faults);
}

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
