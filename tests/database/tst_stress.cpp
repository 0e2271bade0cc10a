// SPDX-License-Identifier: Apache-2.0
// The pool's stress on a real PostgreSQL, whose sessions are counted and ended from a second connection. How long and
// by which seed: see tests/core/tst_pool_stress.cpp.
#include "tests/support/server_fixture.h"
#include "tests/support/stress.h"

#include <deque>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kMaxSize = 5;

// A backend whose client has gone while its statement ran notices it after a second (see serverSettings()).
constexpr auto kLingering = 3s;

Pool makeStressed(const ServerFixture& fixture)
{
    PoolSetup setup;
    setup.name = "stress";
    setup.options.minSize = 2;
    setup.options.maxSize = kMaxSize;
    setup.options.bypassWindow = 5ms;
    setup.options.idleTimeout = 100ms;
    setup.options.maxLifetime = 300ms;
    setup.options.keepaliveInterval = 30ms;
    setup.options.sleepAfter = 50ms;
    setup.options.shutdownTimeout = 20ms;
    setup.options.circuitOpenTime = 20ms;
    setup.options.backoff = {3, 5ms, 20ms, 0.5};
    setup.connector = std::make_shared<PostgresConnector>(
        fixture.connection("app"), SessionSettings{"stress", {}, setup.options.statementTimeout});
    return Pool(std::move(setup));
}

void runByPqxx(PostgresSession& session)
{
    try {
        pqxx::nontransaction work(session.pqxx());
        work.exec("SELECT 1");
    } catch (const std::exception&) { // it was ended meanwhile
    }
}

// What applications do, good and bad. True unless the connection is known to be lost.
bool usePostgres(Lease& lease, Dice& dice)
{
    PostgresSession& session = postgresSession(lease);
    const auto run = [&session](const char* sql) { (void)session.run(sql, {}, Clock::now() + 5s); };
    switch (dice.below(8)) {
    case 0:
        run("SELECT pg_sleep(0.02)");
        break;
    case 1:
        run(dice.oneIn(10) ? "SELECT pg_sleep(0.1)" : "SELECT pg_sleep(0.002)");
        break;
    case 2:
        run("BEGIN"); // and forgets it
        break;
    case 3:
        run("BEGIN");
        run("SELECT 1/0");
        break;
    case 4:
        break;
    case 5:
        runByPqxx(session);
        break;
    default:
        run("SELECT 1");
    }
    return !session.lost();
}

// Looks at the pool and at the server. The server may show more sessions than the pool may have only by those that the
// pool closed just now.
class Looker {
  public:
    Looker(const Pool& pool, PostgresSession& session) : m_pool(pool), m_session(session) {}

    std::string look()
    {
        const PoolSnapshot before = m_pool.snapshot();
        m_closed.emplace_back(before.at, before.closedInAll() + before.openFailed);
        while (m_closed.size() > 1 && m_closed.front().first < before.at - kLingering)
            m_closed.pop_front();
        const auto rows =
            m_session.run("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stress'", {}, inSeconds(30));
        if (!rows)
            return describe(rows.error());
        const int seen = std::stoi(textAt(*rows, 0, 0));
        const PoolSnapshot after = m_pool.snapshot();
        const auto leaving = static_cast<int>(after.closedInAll() + after.openFailed - m_closed.front().second);
        m_most = std::max(m_most, seen);
        if (seen > kMaxSize + leaving)
            return "the server shows " + std::to_string(seen) + " sessions, of which at most " + std::to_string(leaving)
                   + " are leaving";
        return strangeIn(after, kMaxSize);
    }
    int most() const { return m_most; }

  private:
    const Pool& m_pool;
    PostgresSession& m_session;
    std::deque<std::pair<TimePoint, std::uint64_t>> m_closed; // in all, at the looks of the last seconds
    int m_most = 0;
};

} // namespace

class TestStress : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void theServerIsLeftWithNoSessionAndEveryCounterAddsUp();

  private:
    void makeTrouble(Pool& pool, StressCallers& callers, Dice& dice);
    void liveAndDie(Dice& dice, std::uint64_t seed, std::chrono::milliseconds time);
    void tell(const std::string& sql) { (void)m_teller->run(sql, {}, inSeconds(30)); }

    ServerFixture m_fixture;
    std::unique_ptr<PostgresSession> m_teller;
    std::uint64_t m_leases = 0;
    std::uint64_t m_cut = 0;
    std::uint64_t m_openFailed = 0;
};

void TestStress::makeTrouble(Pool& pool, StressCallers& callers, Dice& dice)
{
    switch (dice.below(9)) {
    case 8:
        return tell("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'stress'");
    case 0:
        return pool.softReset("stress");
    case 1: {
        const StressCallers::MayCut cuts(callers);
        return pool.hardReset("stress");
    }
    case 6: {
        const int size = 1 + dice.below(kMaxSize);
        if (!pool.resize(dice.below(size + 1), size, "stress").empty())
            callers.complain("a size was refused");
        return;
    }
    case 7:
        pool.suspend("stress");
        dice.pause(20ms);
        return pool.resume("stress");
    case 2:
        return tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stress'");
    case 3:
    case 4:
        return tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stress'"
                    " ORDER BY random() LIMIT 2");
    default:
        tell("ALTER ROLE app CONNECTION LIMIT " + std::to_string(dice.below(3))); // 53300 for the rest
        dice.pause(60ms);
        return tell("ALTER ROLE app CONNECTION LIMIT -1");
    }
}

// One pool's life; its shutdown comes while callers go on.
void TestStress::liveAndDie(Dice& dice, std::uint64_t seed, std::chrono::milliseconds time)
{
    Pool pool = makeStressed(m_fixture);
    StressCallers callers(pool, 8, seed, usePostgres);
    Looker looker(pool, *m_teller);
    for (const TimePoint end = Clock::now() + time; Clock::now() < end; dice.pause(40ms)) {
        makeTrouble(pool, callers, dice);
        const std::string strange = looker.look();
        if (!strange.empty())
            callers.complain(strange);
    }
    callers.acquireWhenWell().reset();
    callers.expectShutdown();
    {
        const StressCallers::MayCut cuts(callers);
        pool.shutdown();
    }
    callers.stop();
    const PoolSnapshot last = pool.snapshot();
    const std::string complaint = callers.complaint() + strangeIn(last, kMaxSize);
    QVERIFY2(complaint.empty(), complaint.c_str());
    QCOMPARE(last.total(), 0);
    QVERIFY(last.peakTotal <= kMaxSize);
    QCOMPARE(last.waiting, 0);
    QCOMPARE(last.acquired, callers.leases());
    QCOMPARE(last.failed, callers.failures());
    QCOMPARE(last.opened, last.closedInAll());
    QTRY_COMPARE(m_fixture.sessionsOf("stress"), 0);
    qInfo("%llu leases on %llu connections, none for %lld ms; the server showed %d at most",
          static_cast<unsigned long long>(last.acquired), static_cast<unsigned long long>(last.opened),
          static_cast<long long>(callers.longestDrought().count()), looker.most());
    m_leases += last.acquired;
    m_cut += callers.cut();
    m_openFailed += last.openFailed;
}

void TestStress::theServerIsLeftWithNoSessionAndEveryCounterAddsUp()
{
    const std::uint64_t seed = stressSeed();
    Dice dice(seed);
    m_teller = m_fixture.open("postgres", "teller");
    const std::chrono::milliseconds time = stressTime(8s);
    const int threads = threadsOfThisProcess();
    for (std::uint64_t life = 0; life < 4; ++life) {
        liveAndDie(dice, seed + life, time / 4);
        if (QTest::currentTestFailed())
            return;
        QTRY_COMPARE(threadsOfThisProcess(), threads);
    }
    QVERIFY(m_leases > 100);
    QVERIFY(m_cut > 0);
    QVERIFY(m_openFailed > 0);
}

QTEST_GUILESS_MAIN(TestStress)
#include "tst_stress.moc"
