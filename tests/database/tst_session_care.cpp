// SPDX-License-Identifier: Apache-2.0
// What a pool's options do to its sessions: time-outs, set-up statements, and what is left of the last user.
#include "core/pool/pool.h"
#include "core/resilience/error_class.h"
#include "tests/support/server_fixture.h"

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

// libpqxx 6 prepares a statement when it is first run through it, 7 at once.
pqxx::result runPreparedDouble(pqxx::work& work, int number)
{
#if PQXX_VERSION_MAJOR < 7
    return work.exec_prepared("double", number);
#else
    return work.exec("EXECUTE \"double\"(" + std::to_string(number) + ")");
#endif
}

} // namespace

class TestSessionCare : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void everyTimeoutIsInForce();
    void aWaitForALockEndsByItsTimeout();
    void aTransactionLeftIdleIsEndedByTheServer();
    void setUpStatementsRunInTheirOrderBeforeTheFirstUse();
    void aSetUpThatCannotWorkStopsThePoolWithItsSqlState();
    void aSetUpThatMayWorkLaterIsTriedAgain();
    void aSetUpMustNotLeaveATransactionOpen();
    void rollbackKeepsWhatTheUserHasSet();
    void noneClosesWhatComesBackInATransaction();
    void discardAllLeavesNothingOfTheUser();
    void discardAllRunsTheSetUpAgain();
    void discardAllForgetsWhatLibpqxxHasPrepared();
    void aPoolWithDiscardAllLendsTheSameConnectionClean();

  private:
    using Opened = tl::expected<std::unique_ptr<PostgresSession>, DatabaseError>;

    Opened open(const PoolOptions& options) const
    {
        const std::atomic<bool> never{false};
        return PostgresConnector(m_fixture.connection("app"), settingsFor(options, "care"))
            .openPostgres(inSeconds(30), never);
    }
    static std::string ask(PostgresSession& session, const std::string& sql)
    {
        const auto rows = session.run(sql, {}, inSeconds(30));
        if (!rows)
            return describe(rows.error());
        return PQntuples(rows->get()) == 0 ? std::string() : textAt(*rows, 0, 0);
    }

    ServerFixture m_fixture;
};

void TestSessionCare::everyTimeoutIsInForce()
{
    PoolOptions options;
    options.statementTimeout = 7s;
    options.lockTimeout = 3s;
    options.idleInTransactionTimeout = 50s;
    const Opened session = open(options);
    QCOMPARE(ask(**session, "SHOW statement_timeout"), std::string("7s"));
    QCOMPARE(ask(**session, "SHOW lock_timeout"), std::string("3s"));
    QCOMPARE(ask(**session, "SHOW idle_in_transaction_session_timeout"), std::string("50s"));
    const Opened plain = open(PoolOptions());
    QCOMPARE(ask(**plain, "SHOW lock_timeout"), std::string("0"));
    QCOMPARE(ask(**plain, "SHOW idle_in_transaction_session_timeout"), std::string("0"));
}

void TestSessionCare::aWaitForALockEndsByItsTimeout()
{
    PoolOptions options;
    options.lockTimeout = 50ms;
    const Opened holder = open(options);
    const Opened other = open(options);
    ask(**holder, "SELECT pg_advisory_lock(1)");
    QCOMPARE(ask(**other, "SELECT pg_advisory_lock(1)").substr(0, 5), std::string("55P03"));
}

void TestSessionCare::aTransactionLeftIdleIsEndedByTheServer()
{
    PoolOptions options;
    options.idleInTransactionTimeout = 50ms;
    const Opened session = open(options);
    ask(**session, "BEGIN");
    std::optional<DatabaseError> end;
    QTRY_VERIFY((end = (*session)->peek()).has_value());
    QCOMPARE(end->sqlState, std::string("25P03"));
}

void TestSessionCare::setUpStatementsRunInTheirOrderBeforeTheFirstUse()
{
    PoolOptions options;
    options.sessionSetUp = {"CREATE TEMP TABLE seen (x int)", "INSERT INTO seen VALUES (1), (2)"};
    const Opened session = open(options);
    QVERIFY2(session.has_value(), session ? "" : describe(session.error()).c_str());
    QCOMPARE(ask(**session, "SELECT count(*) FROM seen"), std::string("2"));
}

void TestSessionCare::aSetUpThatCannotWorkStopsThePoolWithItsSqlState()
{
    PoolSetup setup;
    setup.options.sessionSetUp = {"SET search_path TO public", "SELECT no_such_function()"};
    setup.connector =
        std::make_shared<PostgresConnector>(m_fixture.connection("app"), settingsFor(setup.options, "care"));
    Pool pool(std::move(setup));
    const auto lease = pool.acquire();
    QVERIFY(!lease);
    QCOMPARE(lease.error().reason, AcquireFailure::Stopped);
    QCOMPARE(lease.error().lastError->sqlState, std::string("42883"));
    QVERIFY2(lease.error().lastError->message.rfind("sessionSetUp[1]: ", 0) == 0,
             lease.error().lastError->message.c_str());
    QTRY_COMPARE(m_fixture.sessionsOf("care"), 0);
}

void TestSessionCare::aSetUpThatMayWorkLaterIsTriedAgain()
{
    PoolOptions options;
    options.lockTimeout = 20ms;
    options.sessionSetUp = {"SELECT pg_advisory_xact_lock(2)"};
    const auto holder = m_fixture.open("app");
    ask(*holder, "SELECT pg_advisory_lock(2)");
    const Opened refused = open(options);
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, std::string("55P03"));
    QVERIFY(!noRetryMends(classify(refused.error(), Phase::Connect).remedy));
    ask(*holder, "SELECT pg_advisory_unlock(2)");
    QVERIFY(open(options).has_value());
}

void TestSessionCare::aSetUpMustNotLeaveATransactionOpen()
{
    PoolOptions options;
    options.sessionSetUp = {"BEGIN"};
    const Opened refused = open(options);
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::BadOption);
}

void TestSessionCare::rollbackKeepsWhatTheUserHasSet()
{
    const Opened session = open(PoolOptions());
    ask(**session, "SET work_mem = '5MB'");
    QVERIFY((*session)->reusable()); // no round trip
    ask(**session, "BEGIN");
    QVERIFY(!(*session)->reusable());
    QVERIFY(!(*session)->clean(inSeconds(30)));
    QVERIFY((*session)->foundTransaction());
    QVERIFY((*session)->reusable());
    QCOMPARE(ask(**session, "SHOW work_mem"), std::string("5MB"));
}

void TestSessionCare::noneClosesWhatComesBackInATransaction()
{
    PoolSetup setup;
    setup.options.resetOnRelease = ResetOnRelease::None;
    setup.options.minSize = 0;
    setup.connector =
        std::make_shared<PostgresConnector>(m_fixture.connection("app"), settingsFor(setup.options, "none"));
    Pool pool(std::move(setup));
    for (const char* sql : {"SELECT 1", "BEGIN"}) {
        const auto lease = pool.acquire();
        QVERIFY(lease.has_value());
        ask(postgresSession(*lease), sql);
    }
    QTRY_COMPARE(m_fixture.sessionsOf("none"), 0);
    QCOMPARE(pool.snapshot().opened, std::uint64_t{1});
    QCOMPARE(pool.snapshot().leftOpen, std::uint64_t{1});
    QTRY_COMPARE(pool.snapshot().closed[static_cast<std::size_t>(CloseReason::Unclean)], std::uint64_t{1});
}

void TestSessionCare::discardAllLeavesNothingOfTheUser()
{
    PoolOptions options;
    options.resetOnRelease = ResetOnRelease::DiscardAll;
    const Opened session = open(options);
    QVERIFY(!(*session)->reusable()); // whatever was done with it
    for (const char* sql :
         {"SET work_mem = '5MB'", "CREATE TEMP TABLE mine (x int)", "SELECT pg_advisory_lock(3)", "BEGIN"})
        ask(**session, sql);
    QVERIFY(!(*session)->clean(inSeconds(30)));
    QVERIFY((*session)->foundTransaction());
    QVERIFY(ask(**session, "SHOW work_mem") != "5MB");
    QCOMPARE(ask(**session, "SHOW statement_timeout"), std::string("30s")); // ours stay
    QCOMPARE(ask(**session, "SELECT count(*) FROM pg_class WHERE relname = 'mine'"), std::string("0"));
    QCOMPARE(ask(**session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), std::string("0"));
}

void TestSessionCare::discardAllRunsTheSetUpAgain()
{
    PoolOptions options;
    options.resetOnRelease = ResetOnRelease::DiscardAll;
    options.sessionSetUp = {"SET work_mem = '6MB'"};
    const Opened session = open(options);
    ask(**session, "SET work_mem = '7MB'");
    QVERIFY(!(*session)->clean(inSeconds(30)));
    QCOMPARE(ask(**session, "SHOW work_mem"), std::string("6MB"));
}

void TestSessionCare::discardAllForgetsWhatLibpqxxHasPrepared()
{
    PoolOptions options;
    options.resetOnRelease = ResetOnRelease::DiscardAll;
    const Opened session = open(options);
    for (int user = 1; user <= 3; ++user) {
        (*session)->pqxx().prepare("double", "SELECT 2 * $1::int");
        {
            pqxx::work work((*session)->pqxx());
            QCOMPARE(runPreparedDouble(work, user)[0][0].as<int>(), 2 * user);
        }
        QVERIFY(!(*session)->clean(inSeconds(30)));
    }
    QVERIFY(!(*session)->validate(inSeconds(30)));
    m_fixture.endSessionsOf("care");
    QTRY_VERIFY((*session)->peek().has_value());
    QCOMPARE((*session)->peek()->sqlState, std::string("57P01")); // its last words are still heard
}

void TestSessionCare::aPoolWithDiscardAllLendsTheSameConnectionClean()
{
    PoolSetup setup;
    setup.options.resetOnRelease = ResetOnRelease::DiscardAll;
    setup.options.maxSize = 1;
    setup.connector =
        std::make_shared<PostgresConnector>(m_fixture.connection("app"), settingsFor(setup.options, "clean"));
    Pool pool(std::move(setup));
    for (int i = 0; i < 5; ++i) {
        const auto lease = pool.acquire();
        QVERIFY(lease.has_value());
        QVERIFY(ask(postgresSession(*lease), "SHOW work_mem") != "5MB");
        ask(postgresSession(*lease), "SET work_mem = '5MB'");
    }
    QCOMPARE(pool.snapshot().opened, std::uint64_t{1});
}

QTEST_GUILESS_MAIN(TestSessionCare)
#include "tst_session_care.moc"
