// SPDX-License-Identifier: Apache-2.0
// How calls end, on a real PostgreSQL: by attempts, by their deadline, without a connection; and run(), which has no
// transaction.
#include "core/postgres/transaction_attempt.h"
#include "tests/support/call_fixture.h"
#include "tests/support/stub_session.h"

#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestCall : public QObject, private CallTest {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { startServer(); }
    void init() { beginAnew(); }
    void attemptsEndAndAreCounted();
    void theDeadlineEndsTheAttempts();
    void aFrozenServerEndsTheWorkByItsDeadline();
    void noConnectionIsToldWithThePoolsNumbers();
    void runCommitsEachStatementByItself();
    void runIsRepeatedOnlyWhenItMayBe();
    void runIsSafeToRepeatWhileNothingWasSent();
    void whatAHardResetCutsIsNotRepeated();
    void aCallOnASleepingPoolHasTheWakeTimeout();
    void runEndsByItsDeadline();
    void aSessionKnowsThatItWasLeftInATransaction();
    void optionsAreCheckedWhole();
};

void TestCall::attemptsEndAndAreCounted()
{
    int runs = 0;
    CallOptions options;
    options.repeats = {3, 1ms, 2ms, 0.5};
    const auto failed = transaction(*m_pool, options, [&runs](pqxx::dbtransaction& work) {
        ++runs;
        work.exec("DO $$ BEGIN RAISE SQLSTATE '40001' USING MESSAGE = 'made up'; END $$");
    });
    QVERIFY(!failed);
    QCOMPARE(failed.error().end, CallEnd::AttemptsUsed);
    QCOMPARE(failed.error().attempts, 3);
    QCOMPARE(runs, 3);
    QCOMPARE(stateOf(failed.error()), std::string("40001"));
    QVERIFY2(words(failed.error()).contains("every attempt failed: 40001 made up (3 attempts, "),
             words(failed.error()));
}

void TestCall::theDeadlineEndsTheAttempts()
{
    CallOptions options{.timeout = 300ms};
    options.repeats = {1'000'000, 20ms, 40ms, 0.5};
    const TimePoint begin = Clock::now();
    const auto failed = transaction(*m_pool, options, [](pqxx::dbtransaction& work) {
        work.exec("DO $$ BEGIN RAISE SQLSTATE '40P01' USING MESSAGE = 'made up'; END $$");
    });
    QVERIFY(!failed);
    QCOMPARE(failed.error().end, CallEnd::DeadlinePassed);
    QVERIFY(failed.error().attempts > 1);
    QVERIFY(failed.error().took <= 1s);
    QVERIFY(Clock::now() - begin < 5s);
}

void TestCall::aFrozenServerEndsTheWorkByItsDeadline()
{
    const CallOptions options{.timeout = 700ms};
    const auto frozen = [&](bool atCommit) {
        const TimePoint begin = Clock::now();
        const auto failed = transaction(*m_pool, options, [&](pqxx::dbtransaction& work) {
            work.exec("INSERT INTO t VALUES (1)");
            m_fixture.server.freeze();
            if (!atCommit)
                work.exec("SELECT 1");
        });
        const Duration took = Clock::now() - begin;
        m_fixture.server.thaw();
        return std::pair(failed, took);
    };
    const auto [inWork, took] = frozen(false);
    QVERIFY(!inWork);
    QCOMPARE(inWork.error().end, CallEnd::DeadlinePassed);
    QCOMPARE(inWork.error().error->sign, ErrorSign::Timeout);
    QVERIFY2(took < 1'500ms, QByteArray::number(took / 1ms));
    const auto [inCommit, commitTook] = frozen(true);
    QVERIFY(!inCommit);
    QCOMPARE(inCommit.error().end, CallEnd::OutcomeUnknown);
    QVERIFY2(commitTook < 1'500ms, QByteArray::number(commitTook / 1ms));
    QVERIFY(transaction(*m_pool, {}, [](pqxx::dbtransaction& work) { work.exec("SELECT 1"); }).has_value());
}

void TestCall::noConnectionIsToldWithThePoolsNumbers()
{
    const auto pool = makePool(m_fixture.connection("app"), 1);
    const auto taken = pool->acquire("other");
    QVERIFY(taken.has_value());
    int runs = 0;
    const auto failed = transaction(*pool, {.timeout = 50ms}, [&runs](pqxx::dbtransaction&) { ++runs; });
    QVERIFY(!failed);
    QCOMPARE(failed.error().end, CallEnd::NoConnection);
    QCOMPARE(failed.error().attempts, 0);
    QCOMPARE(runs, 0);
    QCOMPARE(failed.error().acquire->reason, AcquireFailure::Timeout);
    QVERIFY2(words(failed.error()).contains("1 of 1 connections"), words(failed.error()));
}

void TestCall::runCommitsEachStatementByItself()
{
    const auto failed = lifeguard::run(*m_pool, {}, [](pqxx::transaction_base& work) {
        work.exec("INSERT INTO t VALUES (1)");
        work.exec("SELECT 1/0");
    });
    QVERIFY(!failed);
    QCOMPARE(stateOf(failed.error()), std::string("22012"));
    QCOMPARE(asked("SELECT count(*) FROM t"), 1);
    const auto vacuumed = lifeguard::run(*m_pool, {}, [](pqxx::transaction_base& work) { work.exec("VACUUM t"); });
    QVERIFY2(vacuumed.has_value(), vacuumed ? "" : words(vacuumed.error()).constData());
}

void TestCall::runIsRepeatedOnlyWhenItMayBe()
{
    int runs = 0;
    const auto losing = [this, &runs](pqxx::transaction_base& work) {
        if (++runs == 1)
            end(backendOf(work));
        return work.exec("SELECT 42")[0][0].as<int>();
    };
    const auto once = lifeguard::run(*m_pool, {}, losing);
    QVERIFY(!once);
    QCOMPARE(once.error().end, CallEnd::OutcomeUnknown);
    QCOMPARE(runs, 1);
    runs = 0;
    const auto twice = lifeguard::run(*m_pool, {.repeatable = true}, losing);
    QVERIFY2(twice.has_value(), twice ? "" : words(twice.error()).constData());
    QCOMPARE(*twice, 42);
    QCOMPARE(runs, 2);
}

void TestCall::runIsSafeToRepeatWhileNothingWasSent()
{
    auto lease = m_pool->acquire("caller");
    QVERIFY(lease.has_value());
    end(postgresSession(*lease).server().backendPid);
    int runs = 0;
    const auto fault = attemptAutocommit(*lease, inSeconds(30), false, [&runs](pqxx::transaction_base&) { ++runs; });
    QVERIFY(fault.has_value());
    QVERIFY(fault->safe);
    QVERIFY(!fault->end);
    QCOMPARE(fault->error.sqlState, std::string("57P01"));
    QCOMPARE(runs, 0);
}

void TestCall::whatAHardResetCutsIsNotRepeated()
{
    std::atomic<int> runs{0};
    auto call = std::async(std::launch::async, [&] {
        return transaction(*m_pool, {}, [&](pqxx::dbtransaction& work) {
            ++runs;
            work.exec("SELECT pg_sleep(600)");
        });
    });
    QTRY_COMPARE(asked("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), 1);
    m_pool->hardReset("test");
    const auto ended = call.get();
    QVERIFY(!ended);
    QCOMPARE(ended.error().end, CallEnd::Failed);
    QCOMPARE(ended.error().error->sign, ErrorSign::Cancelled);
    QCOMPARE(runs.load(), 1);
    QTRY_COMPARE(asked("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), 0);
    verifyNothingIsLeft();
}

void TestCall::runEndsByItsDeadline()
{
    const TimePoint begin = Clock::now();
    const auto ended = lifeguard::run(*m_pool, {.holder = "sleeper", .timeout = 300ms},
                                      [](pqxx::transaction_base& work) { work.exec("SELECT pg_sleep(600)"); });
    const Duration took = Clock::now() - begin;
    QVERIFY(!ended);
    QCOMPARE(ended.error().end, CallEnd::DeadlinePassed);
    QCOMPARE(ended.error().error->sign, ErrorSign::Timeout);
    QVERIFY2(took >= 300ms && took < 1'500ms, QByteArray::number(took / 1ms));
    // The server doesn't go on with it.
    QTRY_COMPARE(asked("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), 0);
    QTRY_COMPARE(m_pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Deadline)], std::uint64_t{1});
    QVERIFY(lifeguard::run(*m_pool, {}, [](pqxx::transaction_base& work) { work.exec("SELECT 1"); }).has_value());
}

void TestCall::aSessionKnowsThatItWasLeftInATransaction()
{
    const auto session = m_fixture.open("app");
    QVERIFY(!session->clean(inSeconds(30)));
    QVERIFY(!session->foundTransaction());
    QVERIFY(session->run("BEGIN", {}, inSeconds(30)).has_value());
    QVERIFY(!session->clean(inSeconds(30)));
    QVERIFY(session->foundTransaction());
    QVERIFY(!session->foundTransaction()); // told once
    QVERIFY(session->run("BEGIN", {}, inSeconds(30)).has_value());
    QVERIFY(!session->run("SELECT 1/0", {}, inSeconds(30)).has_value());
    QVERIFY(!session->clean(inSeconds(30)));
    QVERIFY(session->foundTransaction());
}

void TestCall::optionsAreCheckedWhole()
{
    QVERIFY(validate(CallOptions{}).empty());
    CallOptions wrong{.timeout = 0ms};
    wrong.repeats = {0, 0ms, -1ms, 1.5};
    QCOMPARE(validate(wrong).size(), std::size_t{5});
}

void TestCall::aCallOnASleepingPoolHasTheWakeTimeout()
{
    const auto server = StubServer::make();
    PoolSetup setup;
    setup.name = "sleepy";
    setup.options.minSize = 0;
    setup.options.acquireTimeout = 300ms;
    setup.options.sleepAfter = 100ms;
    setup.options.wakeTimeout = 10s;
    setup.connector = server->connector();
    Pool pool(std::move(setup));
    QTRY_VERIFY(pool.asleep());
    server->stall(StubServer::Step::Open); // the database starts
    const auto done = transaction(pool, {.timeout = 1s}, [](pqxx::dbtransaction&) {});
    QVERIFY(!done);
    QVERIFY(done.error().took >= 900ms);
}

QTEST_GUILESS_MAIN(TestCall)
#include "tst_call.moc"
