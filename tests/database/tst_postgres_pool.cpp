// SPDX-License-Identifier: Apache-2.0
// The pool's promises on a real PostgreSQL.
#include "core/pool/pool.h"
#include "core/postgres/transaction.h"
#include "tests/support/server_fixture.h"

#include <future>
#include <mutex>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

// A pool on the fixture's server that keeps what it tells.
class RealPool {
  public:
    RealPool(const ServerFixture& fixture, PoolOptions options, const char* user = "app")
    {
        PoolSetup setup;
        setup.name = "orders";
        setup.options = options;
        setup.connector = std::make_shared<PostgresConnector>(fixture.connection(user),
                                                              SessionSettings{"pool", {}, options.statementTimeout});
        setup.onEvent = [this](Event event) {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(std::move(event));
        };
        pool = std::make_unique<Pool>(std::move(setup));
    }

    int count(EventKind kind) const
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<int>(
            std::count_if(m_events.begin(), m_events.end(), [kind](const Event& event) { return event.kind == kind; }));
    }

    Event last() const
    {
        const std::lock_guard lock(m_mutex);
        return m_events.back();
    }

  private:
    mutable std::mutex m_mutex; // guards m_events
    std::vector<Event> m_events;

  public:
    std::unique_ptr<Pool> pool;
};

PoolOptions patient(int min, int max)
{
    PoolOptions options;
    options.minSize = min;
    options.maxSize = max;
    options.acquireTimeout = 60s;
    options.backoff.attempts = 20;
    options.backoff.base = 50ms;
    options.backoff.cap = 500ms;
    return options;
}

bool answers(const Lease& lease)
{
    return !postgresSession(lease).validate(inSeconds(30));
}

} // namespace

class TestPostgresPool : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void everyConnectionHasItsStatementTimeout();
    void endedConnectionsAreReplacedWithoutAnErrorForTheCaller();
    void aRestartIsSurvived();
    void aTransactionIsCommittedOrRolledBack();
    void aTransactionLeftOpenIsRolledBackAtRelease();
    void resetsLeaveNoSessionBehind();
    void hardResetEndsWhatALeaseIsDoing();
    void shutdownLeavesNoSessionBehind();
    void maxConnectionsIsToldInTheAcquireError();
    void aFrozenServerEndsAnAcquireByItsDeadline();
    void aHungStatementOfLibpqxxIsCutByTheOperationTimeout();

  private:
    ServerFixture m_fixture{{QStringLiteral("max_connections = 20")}};
};

void TestPostgresPool::everyConnectionHasItsStatementTimeout()
{
    RealPool real(m_fixture, patient(3, 3));
    std::vector<tl::expected<Lease, AcquireError>> leases;
    for (int i = 0; i < 3; ++i) {
        leases.push_back(real.pool->acquire());
        QVERIFY(leases.back().has_value());
        const auto rows = postgresSession(*leases.back()).run("SHOW statement_timeout", {}, inSeconds(30));
        QCOMPARE(textAt(*rows, 0, 0), std::string("30s"));
    }
}

void TestPostgresPool::endedConnectionsAreReplacedWithoutAnErrorForTheCaller()
{
    RealPool real(m_fixture, patient(4, 4));
    QTRY_COMPARE(real.pool->snapshot().idle, 4);
    // A look of the pool may come between two of the ends; then they weren't stale together, and it's done again.
    for (int i = 0; i < 50 && real.count(EventKind::PoolRecreated) == 0; ++i) {
        QTRY_COMPARE(real.pool->snapshot().idle, 4);
        m_fixture.ask(QStringLiteral("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                     " WHERE application_name = 'pool'"));
        QTRY_COMPARE(m_fixture.sessionsOf("pool"), 4);
    }
    QTRY_VERIFY(real.count(EventKind::PoolRecreated) >= 1);
    m_fixture.endSessionsOf("pool");
    for (int i = 0; i < 100; ++i) {
        const auto lease = real.pool->acquire();
        QVERIFY(lease.has_value());
        QVERIFY(answers(*lease));
    }
    QTRY_COMPARE(m_fixture.sessionsOf("pool"), 4); // no leak
    QCOMPARE(real.pool->snapshot().failed, std::uint64_t{0});
}

void TestPostgresPool::aRestartIsSurvived()
{
    RealPool real(m_fixture, patient(2, 4));
    QTRY_COMPARE(real.pool->snapshot().idle, 2);
    m_fixture.server.stop(PrivateServer::StopMode::Immediate);
    auto caller = std::async(std::launch::async, [&] { return real.pool->acquire(); });
    QTRY_VERIFY(real.count(EventKind::RetryScheduled) >= 2);
    QString error;
    QVERIFY2(m_fixture.server.start(&error), qPrintable(error));
    const auto lease = caller.get();
    QVERIFY2(lease.has_value(), lease ? "" : describe(lease.error()).c_str());
    QVERIFY(answers(*lease));
    QTRY_VERIFY(real.count(EventKind::Recovered) >= 1);
    QCOMPARE(real.pool->snapshot().failed, std::uint64_t{0});
}

void TestPostgresPool::aTransactionIsCommittedOrRolledBack()
{
    RealPool real(m_fixture, patient(1, 2));
    QVERIFY(transaction(*real.pool, {.holder = "make"}, [](pqxx::dbtransaction& work) {
                work.exec("CREATE TABLE t (x int)");
            }).has_value());
    const auto count = transaction(*real.pool, {.holder = "insert"}, [](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (1)");
        return work.exec("SELECT count(*) FROM t")[0][0].as<int>();
    });
    QCOMPARE(*count, 1);
    const auto failed = transaction(*real.pool, {.holder = "fail"}, [](pqxx::dbtransaction& work) {
        work.exec("INSERT INTO t VALUES (2)");
        work.exec("SELECT 1/0");
    });
    QVERIFY(!failed);
    QCOMPARE(failed.error().error->sqlState, std::string("22012"));
    bool passedThrough = false;
    try {
        (void)transaction(*real.pool, {.holder = "throw"}, [](pqxx::dbtransaction& work) {
            work.exec("INSERT INTO t VALUES (3)");
            throw 42;
        });
    } catch (int) {
        passedThrough = true;
    }
    QVERIFY(passedThrough);
    const auto after = transaction(*real.pool, {.holder = "look"}, [](pqxx::dbtransaction& work) {
        return work.exec("SELECT count(*) FROM t")[0][0].as<int>();
    });
    QCOMPARE(*after, 1);
    QCOMPARE(real.pool->snapshot().active, 0);
}

void TestPostgresPool::aTransactionLeftOpenIsRolledBackAtRelease()
{
    RealPool real(m_fixture, patient(1, 1));
    {
        const auto lease = real.pool->acquire("nightly job");
        QVERIFY(postgresSession(*lease).run("BEGIN", {}, inSeconds(30)).has_value());
        QVERIFY(postgresSession(*lease).run("CREATE TABLE forgotten (x int)", {}, inSeconds(30)).has_value());
    }
    auto next = real.pool->acquire();
    const auto there = postgresSession(*next).run("SELECT to_regclass('forgotten') IS NULL", {}, inSeconds(30));
    QCOMPARE(textAt(*there, 0, 0), std::string("t"));
    QCOMPARE(real.pool->snapshot().opened, std::uint64_t{1}); // the same connection, cleaned
    QCOMPARE(real.pool->snapshot().leftOpen, std::uint64_t{1});
    QTRY_COMPARE(real.count(EventKind::TransactionLeft), 1);
    QVERIFY2(real.last().text.find("was rolled back; it was held by nightly job") != std::string::npos,
             real.last().text.c_str());
    std::move(*next).release();
    QVERIFY(transaction(*real.pool, {}, [](pqxx::dbtransaction& work) { work.exec("SELECT 1"); }).has_value());
    QCOMPARE(real.pool->snapshot().leftOpen, std::uint64_t{1}); // only what was left open counts
}

void TestPostgresPool::resetsLeaveNoSessionBehind()
{
    RealPool real(m_fixture, patient(3, 3));
    QTRY_COMPARE(real.pool->snapshot().idle, 3);
    for (int i = 0; i < 5; ++i) {
        real.pool->softReset("test");
        real.pool->hardReset("test");
    }
    QTRY_COMPARE(real.pool->snapshot().idle, 3);
    QTRY_COMPARE(m_fixture.sessionsOf("pool"), 3);
    QCOMPARE(real.pool->snapshot().generation, std::uint64_t{11});
}

void TestPostgresPool::hardResetEndsWhatALeaseIsDoing()
{
    RealPool real(m_fixture, patient(1, 1));
    auto sleeping = std::async(std::launch::async, [&] {
        return transaction(*real.pool, {.holder = "sleeper"},
                           [](pqxx::dbtransaction& work) { work.exec("SELECT pg_sleep(600)"); });
    });
    QTRY_COMPARE(real.pool->snapshot().active, 1);
    QTRY_COMPARE(m_fixture.ask(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")),
                 QStringLiteral("1"));
    real.pool->hardReset("test");
    QVERIFY(!sleeping.get());
    const auto lease = real.pool->acquire();
    QVERIFY(lease.has_value() && answers(*lease));
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture.sessionsOf("pool"), 1, 30'000);
}

void TestPostgresPool::shutdownLeavesNoSessionBehind()
{
    RealPool real(m_fixture, patient(4, 8));
    QTRY_COMPARE(real.pool->snapshot().idle, 4);
    auto lease = real.pool->acquire();
    auto closing = std::async(std::launch::async, [&] { return real.pool->shutdown(); });
    QTRY_COMPARE(m_fixture.sessionsOf("pool"), 1);
    std::move(*lease).release();
    QVERIFY(closing.get());
    QTRY_COMPARE(m_fixture.sessionsOf("pool"), 0);
}

void TestPostgresPool::maxConnectionsIsToldInTheAcquireError()
{
    PoolOptions options = patient(0, 40);
    options.backoff.attempts = 2;
    options.acquireTimeout = 2s;
    RealPool real(m_fixture, options);
    std::vector<Lease> leases;
    std::optional<AcquireError> refused;
    while (!refused) {
        auto lease = real.pool->acquire();
        if (lease)
            leases.push_back(std::move(*lease));
        else
            refused = lease.error();
    }
    QVERIFY(leases.size() >= 10);
    QVERIFY(refused->lastError.has_value());
    QCOMPARE(refused->lastError->sqlState, std::string("53300"));
    QCOMPARE(refused->active, static_cast<int>(leases.size()));
}

void TestPostgresPool::aFrozenServerEndsAnAcquireByItsDeadline()
{
    RealPool real(m_fixture, patient(1, 2));
    QTRY_COMPARE(real.pool->snapshot().idle, 1);
    QVERIFY(real.pool->acquire().has_value());
    m_fixture.server.freeze();
    const TimePoint begin = Clock::now();
    // Idle beyond the bypass window, so that the connection is validated, which the server never answers.
    QTRY_VERIFY(Clock::now() - begin > real.pool->options().bypassWindow + 100ms);
    const TimePoint asked = Clock::now();
    const auto lease = real.pool->acquire("caller", 700ms);
    const Duration took = Clock::now() - asked;
    m_fixture.server.thaw();
    QVERIFY(!lease);
    QCOMPARE(lease.error().reason, AcquireFailure::Timeout);
    QVERIFY(took < 10s);
    QVERIFY(real.pool->acquire().has_value());
}

void TestPostgresPool::aHungStatementOfLibpqxxIsCutByTheOperationTimeout()
{
    PoolOptions options = patient(0, 1);
    options.operationTimeout = 500ms;
    const RealPool real(m_fixture, options);
    auto lease = real.pool->acquire("report");
    QVERIFY(lease.has_value());
    const TimePoint begin = Clock::now();
    pqxx::nontransaction work(postgresSession(*lease).pqxx());
    for (int i = 0; i < 5; ++i)
        work.exec("SELECT pg_sleep(0.2)"); // longer in all, but each answers in time
    QVERIFY_EXCEPTION_THROWN(work.exec("SELECT pg_sleep(600)"), pqxx::broken_connection);
    const Duration took = Clock::now() - begin;
    QVERIFY2(took >= 1'500ms && took < 4s, std::to_string(took / 1ms).c_str());
    std::move(*lease).release();
    QTRY_COMPARE(real.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Deadline)], std::uint64_t{1});
    QTRY_COMPARE(real.count(EventKind::OperationTimedOut), 1);
}

QTEST_GUILESS_MAIN(TestPostgresPool)
#include "tst_postgres_pool.moc"
