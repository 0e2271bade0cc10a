// SPDX-License-Identifier: Apache-2.0
// What an application is promised of transaction(), on a real PostgreSQL: begin, commit, roll back, repeat.
#include "tests/support/call_fixture.h"

#include <future>
#include <stdexcept>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestTransaction : public QObject, private CallTest {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { startServer(); }
    void init() { beginAnew(); }
    void theValueIsReturnedAndTheWorkCommitted();
    void anErrorOfTheServerRollsBackAndIsTold();
    void exceptionsOfTheWorkPassThroughAfterTheRollback();
    void abortRollsBackAndStillReturnsTheValue();
    void swallowedErrorsAreNotCommittedInSilence();
    void savepointsLetTheWorkGoOn();
    void isolationAndReadOnlyAreAskedFor();
    void aSerializationFailureIsRepeated();
    void aDeadlockIsRepeated();
    void aConnectionLostBeforeCommitIsRepeated();
    void aConnectionLostJustBeforeCommitIsRepeated();
    void aConnectionLostDuringCommitIsNeverRepeated();
    void aDeferredConstraintThatFailsAtCommitIsTold();
    void theServersOwnDoubtAboutACommitIsNeverRepeated();
};

void TestTransaction::theValueIsReturnedAndTheWorkCommitted()
{
    const auto value = transaction(*m_pool, {.holder = "insert"}, [](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (1)");
        return std::string("done");
    });
    QVERIFY2(value.has_value(), value ? "" : words(value.error()).constData());
    QCOMPARE(*value, std::string("done"));
    QCOMPARE(asked("SELECT count(*) FROM t"), 1);
    QVERIFY(transaction(*m_pool, {}, [](pqxx::dbtransaction& work) { work.commit(); }).has_value());
    verifyNothingIsLeft();
}

void TestTransaction::anErrorOfTheServerRollsBackAndIsTold()
{
    int runs = 0;
    const auto failed = transaction(*m_pool, {}, [&runs](pqxx::dbtransaction& work) {
        ++runs;
        work.exec("INSERT INTO t VALUES (1)");
        work.exec("SELECT 1/0");
    });
    QVERIFY(!failed);
    QCOMPARE(failed.error().end, CallEnd::Failed);
    QCOMPARE(stateOf(failed.error()), std::string("22012"));
    QCOMPARE(failed.error().attempts, 1);
    QCOMPARE(runs, 1);
    QVERIFY2(words(failed.error()).contains("22012 division by zero (1 attempt, "), words(failed.error()));
    QCOMPARE(asked("SELECT count(*) FROM t"), 0);
    QCOMPARE(m_pool->snapshot().opened, std::uint64_t{1});
    verifyNothingIsLeft();
}

void TestTransaction::exceptionsOfTheWorkPassThroughAfterTheRollback()
{
    const auto throwing = [this] {
        (void)transaction(*m_pool, {}, [](pqxx::dbtransaction& work) -> int {
            work.exec("INSERT INTO t VALUES (1)");
            throw std::out_of_range("the application's own");
        });
    };
    QVERIFY_EXCEPTION_THROWN(throwing(), std::out_of_range);
    const auto next = transaction(
        *m_pool, {}, [](pqxx::dbtransaction& work) { return work.exec("SELECT count(*) FROM t")[0][0].as<int>(); });
    QCOMPARE(*next, 0);
    QCOMPARE(m_pool->snapshot().opened, std::uint64_t{1}); // the same connection, given back clean
    verifyNothingIsLeft();
}

void TestTransaction::abortRollsBackAndStillReturnsTheValue()
{
    const auto value = transaction(*m_pool, {}, [](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (1)");
        work.abort();
        return 7;
    });
    QCOMPARE(*value, 7);
    QCOMPARE(asked("SELECT count(*) FROM t"), 0);
    verifyNothingIsLeft();
}

void TestTransaction::swallowedErrorsAreNotCommittedInSilence()
{
    const auto failed = transaction(*m_pool, {}, [](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (1)");
        try {
            work.exec("SELECT 1/0");
        } catch (const pqxx::failure&) { // and goes on as if nothing had happened
        }
    });
    QVERIFY(!failed);
    QCOMPARE(stateOf(failed.error()), std::string("25P02"));
    QCOMPARE(asked("SELECT count(*) FROM t"), 0);
    verifyNothingIsLeft();
}

void TestTransaction::savepointsLetTheWorkGoOn()
{
    const auto done = transaction(*m_pool, {}, [](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (1)");
        try {
            pqxx::subtransaction part(work);
            part.exec("SELECT 1/0");
        } catch (const pqxx::sql_error&) { // rolled back to the savepoint
        }
        work.exec("INSERT INTO t VALUES (2)");
    });
    QVERIFY2(done.has_value(), done ? "" : words(done.error()).constData());
    QCOMPARE(asked("SELECT count(*) FROM t"), 2);
}

void TestTransaction::isolationAndReadOnlyAreAskedFor()
{
    const auto level = [](pqxx::dbtransaction& work) {
        return work.exec("SHOW transaction_isolation")[0][0].as<std::string>();
    };
    QCOMPARE(*transaction(*m_pool, {}, level), std::string("read committed"));
    QCOMPARE(*transaction(*m_pool, {.isolation = Isolation::RepeatableRead}, level), std::string("repeatable read"));
    QCOMPARE(*transaction(*m_pool, {.isolation = Isolation::Serializable}, level), std::string("serializable"));
    const auto refused = transaction(*m_pool, {.readOnly = true},
                                     [](pqxx::dbtransaction& work) { work.exec("INSERT INTO t VALUES (1)"); });
    QVERIFY(!refused);
    QCOMPARE(stateOf(refused.error()), std::string("25006"));
    QCOMPARE(*transaction(*m_pool, {}, level), std::string("read committed")); // nothing sticks to the connection
}

void TestTransaction::aSerializationFailureIsRepeated()
{
    int runs = 0;
    std::vector<std::string> told;
    CallOptions options{.isolation = Isolation::RepeatableRead};
    options.onRepeat = [&told](int, const DatabaseError& error, auto) { told.push_back(error.sqlState); };
    const auto amount = transaction(*m_pool, options, [this, &runs](pqxx::dbtransaction& work) {
        const int before = work.exec("SELECT amount FROM accounts WHERE id = 1")[0][0].as<int>();
        if (++runs == 1) // somebody else is faster
            asked("UPDATE accounts SET amount = amount + 50 WHERE id = 1 RETURNING amount");
        work.exec("UPDATE accounts SET amount = " + std::to_string(before + 1) + " WHERE id = 1");
        return before + 1;
    });
    QVERIFY2(amount.has_value(), amount ? "" : words(amount.error()).constData());
    QCOMPARE(*amount, 151);
    QCOMPARE(runs, 2);
    QCOMPARE(told, std::vector<std::string>{"40001"});
    QCOMPARE(asked("SELECT amount FROM accounts WHERE id = 1"), 151);
    verifyNothingIsLeft();
}

void TestTransaction::aDeadlockIsRepeated()
{
    std::atomic<int> runs{0};
    std::atomic<int> first{0}; // transactions that hold their first row
    const auto move = [&](int from, int to) {
        return transaction(*m_pool, {}, [&, from, to](pqxx::dbtransaction& work) {
            ++runs;
            work.exec("UPDATE accounts SET amount = amount - 1 WHERE id = " + std::to_string(from));
            ++first;
            while (first < 2) // both hold a row that the other wants
                std::this_thread::yield();
            work.exec("UPDATE accounts SET amount = amount + 1 WHERE id = " + std::to_string(to));
        });
    };
    auto other = std::async(std::launch::async, [&] { return move(2, 1); });
    const auto mine = move(1, 2);
    QVERIFY2(mine.has_value(), mine ? "" : words(mine.error()).constData());
    QVERIFY(other.get().has_value());
    QVERIFY(runs >= 3);
    QCOMPARE(asked("SELECT amount FROM accounts WHERE id = 1"), 100);
    verifyNothingIsLeft();
}

void TestTransaction::aConnectionLostBeforeCommitIsRepeated()
{
    int runs = 0;
    const auto done = transaction(*m_pool, {}, [this, &runs](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (" + std::to_string(++runs) + ")");
        if (runs == 1)
            end(backendOf(work));
        work.exec("SELECT 1");
    });
    QVERIFY2(done.has_value(), done ? "" : words(done.error()).constData());
    QCOMPARE(runs, 2);
    QCOMPARE(asked("SELECT sum(x) FROM t"), 2); // the second attempt's alone
    verifyNothingIsLeft();
}

void TestTransaction::aConnectionLostJustBeforeCommitIsRepeated()
{
    int runs = 0;
    const auto done = transaction(*m_pool, {}, [this, &runs](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (" + std::to_string(++runs) + ")");
        if (runs == 1)
            end(backendOf(work)); // the work's last act: nothing notices before COMMIT
    });
    QVERIFY2(done.has_value(), done ? "" : words(done.error()).constData());
    QCOMPARE(runs, 2);
    QCOMPARE(asked("SELECT sum(x) FROM t"), 2);
}

void TestTransaction::aConnectionLostDuringCommitIsNeverRepeated()
{
    // A deferred trigger holds COMMIT up until its backend is ended.
    const auto session = m_fixture.open("app");
    for (const char* sql :
         {"CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END "
          "$$",
          "CREATE TABLE held (x int)",
          "CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON held DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE "
          "FUNCTION hold()"})
        QVERIFY(session->run(sql, {}, inSeconds(30)).has_value());
    std::atomic<int> runs{0};
    std::atomic<int> backend{0};
    auto call = std::async(std::launch::async, [&] {
        return transaction(*m_pool, {}, [&](pqxx::dbtransaction& work) {
            ++runs;
            backend = backendOf(work);
            work.exec("INSERT INTO held VALUES (1)");
        });
    });
    QTRY_COMPARE(asked("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), 1);
    end(backend);
    const auto unknown = call.get();
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().end, CallEnd::OutcomeUnknown);
    QCOMPARE(stateOf(unknown.error()), std::string("08007"));
    QVERIFY(unknown.error().error->detail.find("57P01") != std::string::npos);
    QCOMPARE(runs.load(), 1);
    verifyNothingIsLeft();
}

void TestTransaction::aDeferredConstraintThatFailsAtCommitIsTold()
{
    const auto failed =
        transaction(*m_pool, {}, [](pqxx::dbtransaction& work) { work.exec("INSERT INTO t VALUES (1), (1)"); });
    QVERIFY(!failed);
    QCOMPARE(failed.error().end, CallEnd::Failed); // the server's answer: no doubt about the outcome
    QCOMPARE(stateOf(failed.error()), std::string("23505"));
    QCOMPARE(m_pool->snapshot().opened, std::uint64_t{1});
    verifyNothingIsLeft();
}

void TestTransaction::theServersOwnDoubtAboutACommitIsNeverRepeated()
{
    const auto session = m_fixture.open("app");
    for (const char* sql :
         {"CREATE FUNCTION doubt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE SQLSTATE '08007'"
          " USING MESSAGE = 'made up'; END $$",
          "CREATE TABLE doubted (x int)",
          "CREATE CONSTRAINT TRIGGER doubt AFTER INSERT ON doubted DEFERRABLE INITIALLY DEFERRED FOR"
          " EACH ROW EXECUTE FUNCTION doubt()"})
        QVERIFY(session->run(sql, {}, inSeconds(30)).has_value());
    int runs = 0;
    const auto unknown = transaction(*m_pool, {}, [&runs](pqxx::dbtransaction& work) {
        ++runs;
        work.exec("INSERT INTO doubted VALUES (1)");
    });
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().end, CallEnd::OutcomeUnknown);
    QCOMPARE(stateOf(unknown.error()), std::string("08007"));
    QCOMPARE(runs, 1);
    verifyNothingIsLeft();
}

QTEST_GUILESS_MAIN(TestTransaction)
#include "tst_transaction.moc"
