// SPDX-License-Identifier: Apache-2.0
#include "tests/support/server_fixture.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestPostgresSession : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void peekTellsTheServersLastWords();
    void validateEndsByItsDeadlineWhenTheServerIsFrozen();
    void cleanRollsBackWhatWasLeftOpen();
    void abortEndsAStatementThatRuns();
    void libpqxxNeverReconnectsByItself();
    void theTimeoutsAreInForce();
    void aStatementThatRunsAwayEndsByItsTimeoutAndTheSessionLives();
    void cuttingALostSessionLeavesOtherFilesAlone();
    void aStatementIsPreparedOnceAndSurvivesWhatForgetsIt();
    void aPreparedStatementWhosePlanBecameUselessRunsAgain();
    void aUselessPlanCostsOneTransactionAndNoMore();
    void aWrongStatementIsRefusedWhilePreparing();
    void aStatementThatAnotherClientPreparedIsToldAndNeverPreparedAgain();

  private:
    ServerFixture m_fixture;
};

void TestPostgresSession::peekTellsTheServersLastWords()
{
    const auto session = m_fixture.open("app", "ended");
    QVERIFY(!session->peek());
    m_fixture.endSessionsOf("ended");
    std::optional<DatabaseError> lost;
    QTRY_VERIFY((lost = session->peek()).has_value());
    QCOMPARE(lost->sqlState, std::string("57P01"));
    QCOMPARE(session->clean(inSeconds(5))->sqlState, std::string("57P01"));
}

void TestPostgresSession::validateEndsByItsDeadlineWhenTheServerIsFrozen()
{
    const auto session = m_fixture.open("app");
    QVERIFY(!session->validate(inSeconds(30)));
    m_fixture.server.freeze();
    const TimePoint begin = Clock::now();
    const auto error = session->validate(begin + 300ms);
    m_fixture.server.thaw();
    QVERIFY(error.has_value());
    QCOMPARE(error->sign, ErrorSign::Timeout);
    QVERIFY(Clock::now() - begin < 10s);
    QVERIFY(session->validate(inSeconds(30)).has_value()); // a late answer must not be taken for the next one's
}

void TestPostgresSession::cleanRollsBackWhatWasLeftOpen()
{
    const auto session = m_fixture.open("app");
    for (const char* last : {"SELECT 1", "SELECT 1/0"}) {
        QVERIFY(session->run("BEGIN", {}, inSeconds(30)).has_value());
        (void)session->run(last, {}, inSeconds(30));
        QVERIFY(!session->clean(inSeconds(30)));
        const auto open = session->run("SELECT pg_current_xact_id_if_assigned() IS NULL", {}, inSeconds(30));
        QVERIFY(open.has_value());
        QVERIFY(session->run("BEGIN", {}, inSeconds(30)).has_value()); // would only warn inside a transaction
        QVERIFY(!session->clean(inSeconds(30)));
    }
}

void TestPostgresSession::abortEndsAStatementThatRuns()
{
    const auto session = m_fixture.open("app", "sleeper");
    auto sleeping = std::async(std::launch::async, [&] {
        try {
            pqxx::nontransaction transaction(session->pqxx());
            transaction.exec("SELECT pg_sleep(600)");
            return false;
        } catch (const pqxx::failure&) {
            return true;
        }
    });
    QTRY_COMPARE(m_fixture.ask(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sleeper'"
                                              " AND wait_event = 'PgSleep'")),
                 QStringLiteral("1"));
    session->abort();
    QVERIFY(sleeping.get());
    // The server notices that nobody waits any more, and ends the statement too.
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture.sessionsOf("sleeper"), 0, 30'000);
}

void TestPostgresSession::libpqxxNeverReconnectsByItself()
{
    const auto session = m_fixture.open("app", "once");
    const int pid = session->server().backendPid;
    m_fixture.endSessionsOf("once");
    for (int attempt = 0; attempt < 3; ++attempt) {
        bool failed = false;
        try {
            pqxx::work transaction(session->pqxx());
            transaction.exec("SELECT 1");
            transaction.commit();
        } catch (const pqxx::failure&) {
            failed = true;
        }
        QVERIFY(failed);
    }
    QCOMPARE(m_fixture.sessionsOf("once"), 0);
    QVERIFY(pid > 0);
}

void TestPostgresSession::theTimeoutsAreInForce()
{
    const auto session = m_fixture.open("app");
    const auto statement = session->run("SHOW statement_timeout", {}, inSeconds(30));
    QCOMPARE(textAt(*statement, 0, 0), std::string("30s"));
    const auto check = session->run("SHOW client_connection_check_interval", {}, inSeconds(30));
    QCOMPARE(textAt(*check, 0, 0), std::string("1s"));
}

void TestPostgresSession::aStatementThatRunsAwayEndsByItsTimeoutAndTheSessionLives()
{
    const std::atomic<bool> never{false};
    const auto session =
        PostgresConnector(m_fixture.connection("app"), {"short", {}, 200ms}).openPostgres(inSeconds(30), never);
    QVERIFY(session.has_value());
    const auto rows = (*session)->run("SELECT pg_sleep(600)", {}, inSeconds(60));
    QVERIFY(!rows);
    QCOMPARE(rows.error().sqlState, std::string("57014"));
    QVERIFY(!(*session)->validate(inSeconds(30)));
}

// libpq closes its socket as soon as it notices the loss, and the number goes to whoever opens something next.
void TestPostgresSession::cuttingALostSessionLeavesOtherFilesAlone()
{
    const auto session = m_fixture.open("app", "ended");
    m_fixture.endSessionsOf("ended");
    QVERIFY(!session->run("SELECT 1", {}, inSeconds(30)));
    std::vector<std::array<int, 2>> pairs(8); // one of them gets the number
    for (auto& pair : pairs)
        QCOMPARE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
    session->abort();
    for (const auto& pair : pairs) {
        QCOMPARE(send(pair[0], "x", 1, MSG_NOSIGNAL), ssize_t{1});
        QCOMPARE(send(pair[1], "x", 1, MSG_NOSIGNAL), ssize_t{1});
        close(pair[0]);
        close(pair[1]);
    }
}

void TestPostgresSession::aStatementIsPreparedOnceAndSurvivesWhatForgetsIt()
{
    const auto session = m_fixture.open("app");
    const auto doubled = [&](const std::string& number) {
        const auto result = session->runPrepared("SELECT 2 * $1::int", {number}, inSeconds(30));
        return result ? textAt(*result, 0, 0) : result.error().message;
    };
    const auto prepared = [&] {
        return textAt(*session->run("SELECT count(*) FROM pg_prepared_statements", {}, inSeconds(30)), 0, 0);
    };
    QCOMPARE(doubled("21"), std::string("42"));
    QCOMPARE(doubled("4"), std::string("8"));
    QCOMPARE(prepared(), std::string("1"));
    QVERIFY(session->run("DEALLOCATE ALL", {}, inSeconds(30)).has_value());
    QCOMPARE(doubled("5"), std::string("10")); // runs as it is
    QCOMPARE(doubled("6"), std::string("12"));
    QCOMPARE(prepared(), std::string("0")); // as behind a pooler that hides itself
}

void TestPostgresSession::aPreparedStatementWhosePlanBecameUselessRunsAgain()
{
    const auto session = m_fixture.open("app");
    QVERIFY(session->run("CREATE TEMP TABLE grown AS SELECT 1 AS a", {}, inSeconds(30)).has_value());
    const auto columns = [&] {
        const auto result = session->runPrepared("SELECT * FROM grown", {}, inSeconds(30));
        return result ? PQnfields(result->get()) : -1;
    };
    QCOMPARE(columns(), 1);
    QVERIFY(session->run("ALTER TABLE grown ADD COLUMN b int", {}, inSeconds(30)).has_value());
    QCOMPARE(columns(), 2);
    QCOMPARE(columns(), 2);
}

// The server keeps the statement's name. Who prepared it anew would meet 42P05, which ends a transaction.
void TestPostgresSession::aUselessPlanCostsOneTransactionAndNoMore()
{
    const auto session = m_fixture.open("app");
    const auto run = [&](const char* sql) { return session->run(sql, {}, inSeconds(30)).has_value(); };
    const auto stateOfSelect = [&] {
        const auto result = session->runPrepared("SELECT * FROM grown", {}, inSeconds(30));
        return result ? std::string() : result.error().sqlState;
    };
    QVERIFY(run("CREATE TEMP TABLE grown AS SELECT 1 AS a"));
    QCOMPARE(stateOfSelect(), std::string());
    QVERIFY(run("ALTER TABLE grown ADD COLUMN b int"));
    QVERIFY(run("BEGIN"));
    QCOMPARE(stateOfSelect(), std::string("0A000"));
    QVERIFY(run("ROLLBACK"));
    QVERIFY(run("BEGIN"));
    QCOMPARE(stateOfSelect(), std::string());
    QVERIFY(run("COMMIT"));
}

void TestPostgresSession::aWrongStatementIsRefusedWhilePreparing()
{
    const auto session = m_fixture.open("app");
    const auto result = session->runPrepared("SELECT nothing FROM nowhere", {}, inSeconds(30));
    QVERIFY(!result.has_value());
    QCOMPARE(result.error().sqlState, std::string("42P01"));
    QVERIFY(session->reusable());
}

// What a session looks like that a pooler has lent to another client before.
void TestPostgresSession::aStatementThatAnotherClientPreparedIsToldAndNeverPreparedAgain()
{
    const auto first = m_fixture.open("app");
    QVERIFY(first->runPrepared("SELECT 1 + 1", {}, inSeconds(30)).has_value());
    const auto name = first->run("SELECT name FROM pg_prepared_statements WHERE name <> ''", {}, inSeconds(30));
    const std::string sql = "PREPARE " + textAt(*name, 0, 0) + " AS SELECT 1 + 1";

    const auto second = m_fixture.open("app");
    QVERIFY(second->run(sql, {}, inSeconds(30)).has_value());
    QVERIFY(second->runPrepared("SELECT 1 + 1", {}, inSeconds(30)).has_value());

    const auto third = m_fixture.open("app");
    QVERIFY(third->run(sql, {}, inSeconds(30)).has_value());
    QVERIFY(third->run("BEGIN", {}, inSeconds(30)).has_value());
    QCOMPARE(third->runPrepared("SELECT 1 + 1", {}, inSeconds(30)).error().sqlState, std::string("42P05"));
    QVERIFY(third->run("ROLLBACK", {}, inSeconds(30)).has_value());
    QVERIFY(third->run("BEGIN", {}, inSeconds(30)).has_value());
    QVERIFY(third->runPrepared("SELECT 1 + 1", {}, inSeconds(30)).has_value());
    QVERIFY(third->runPrepared("SELECT 2 + 2", {}, inSeconds(30)).has_value());
}

QTEST_GUILESS_MAIN(TestPostgresSession)
#include "tst_postgres_session.moc"
