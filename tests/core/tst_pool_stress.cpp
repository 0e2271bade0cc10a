// SPDX-License-Identifier: Apache-2.0
// Everything at once, at random and in real time: what one thread at a time can't show. LIFEGUARD_STRESS_SECONDS makes
// it last for longer (above 280 together with QTEST_FUNCTION_TIMEOUT, in ms), LIFEGUARD_STRESS_SEED repeats its
// decisions.
#include "tests/support/stress.h"
#include "tests/support/stub_session.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Step = StubServer::Step;

PoolOptions hasty(Dice& dice)
{
    PoolOptions options;
    options.minSize = dice.below(3);
    options.maxSize = std::max(1, options.minSize) + dice.below(5);
    options.maxOpening = 1 + dice.below(4);
    options.validationTimeout = 5ms;
    options.bypassWindow = 1ms;
    options.idleTimeout = 20ms;
    options.leakThreshold = std::chrono::milliseconds{dice.oneIn(2) ? 1 : 30'000};
    options.maxLifetime = 50ms;
    options.keepaliveInterval = std::chrono::milliseconds{dice.below(3)};
    options.sleepAfter = std::chrono::milliseconds{dice.oneIn(2) ? 1 + dice.below(5) : 0};
    options.fairnessBound = std::chrono::milliseconds{dice.below(3)};
    options.shutdownTimeout = std::chrono::milliseconds{dice.below(20)};
    options.circuitOpenTime = 5ms;
    options.backoff = {3, 1ms, 4ms, 0.5};
    return options;
}

bool useStub(Lease& lease, Dice& dice)
{
    if (dice.oneIn(3))
        dice.pause(dice.oneIn(100) ? 40ms : 500us); // the long ones are cut by shutdown
    return !dice.oneIn(4) || !lease.session().validate(Clock::now() + 5ms);
}

// One pool's life, from its first connection to the last.
class Round {
  public:
    explicit Round(std::uint64_t seed) : m_dice(seed), m_options(hasty(m_dice))
    {
        PoolSetup setup;
        setup.name = "stress";
        setup.options = m_options;
        setup.connector = server->connector();
        setup.onEvent = [this](const Event& event) { hear(event); };
        setup.statementOf = [](int pid) { return "SELECT " + std::to_string(pid); };
        if (m_dice.oneIn(2))
            setup.onConnectionEvent = [this](const ConnectionEvent& event) { hear(event); };
        pool = std::make_unique<Pool>(std::move(setup));
        callers = std::make_unique<StressCallers>(*pool, 2 + m_dice.below(9), seed, useStub);
    }

    void makeTroubleFor(std::chrono::milliseconds time)
    {
        for (const TimePoint end = Clock::now() + time; Clock::now() < end; m_dice.pause(m_calm)) {
            makeTrouble();
            const std::string strange = strangeIn(pool->snapshot(), m_largest);
            if (!strange.empty())
                callers->complain(strange);
        }
    }

    // While callers go on, and by two threads at once now and then. A lease of ours comes back later still.
    void close()
    {
        for (const Step step : {Step::Open, Step::Peek, Step::Validate, Step::Clean})
            server->succeed(step);
        pool->resume("stress");
        const std::optional<Lease> late = callers->acquireWhenWell();
        callers->expectShutdown();
        {
            const StressCallers::MayCut cuts(*callers);
            std::thread other([this, both = m_dice.oneIn(2)] {
                if (both)
                    pool->shutdown();
            });
            pool->shutdown();
            other.join();
        }
        m_dice.pause(2ms);
        callers->stop();
    }

    void verifyTold(const PoolSnapshot& last) const;
    int largest() const { return m_largest; }

    const std::shared_ptr<StubServer> server = StubServer::make();

  private:
    void makeTrouble();
    void resize();
    void hear(const Event& event);
    void hear(const ConnectionEvent& event);
    std::uint64_t told(ConnectionEventKind kind) const { return m_told[static_cast<std::size_t>(kind)]; }

    Dice m_dice;
    const PoolOptions m_options;
    int m_largest = m_options.maxSize;                            // that it ever was
    const std::chrono::milliseconds m_calm{1 + m_dice.below(15)}; // between two troubles, at most
    std::uint64_t m_openedTold = 0;                               // without a lock: events come one at a time
    std::array<std::atomic<std::uint64_t>, 16> m_told{}; // by ConnectionEventKind; all 0 in a pool that isn't watched

  public:
    std::unique_ptr<Pool> pool;
    std::unique_ptr<StressCallers> callers; // dies first
};

void Round::hear(const Event& event)
{
    m_openedTold += event.kind == EventKind::ConnectionOpened ? 1 : 0;
}

void Round::hear(const ConnectionEvent& event)
{
    ++m_told[static_cast<std::size_t>(event.kind)];
}

void Round::verifyTold(const PoolSnapshot& last) const
{
    using Kind = ConnectionEventKind;
    QCOMPARE(m_openedTold, last.opened);
    if (told(Kind::PoolCreated) == 0) // nobody listens
        return;
    QCOMPARE(told(Kind::PoolClosed), std::uint64_t{1});
    QCOMPARE(told(Kind::ConnectionReady), last.opened);
    // After the pool's end nothing is told of leases that were out.
    QVERIFY(told(Kind::ConnectionClosed) <= last.opened);
    QVERIFY(told(Kind::Released) <= last.acquired);
    QCOMPARE(told(Kind::ConnectionCreated), last.opened + told(Kind::ConnectionFailed));
    QCOMPARE(told(Kind::AcquireStarted), last.acquired + last.failed);
    QCOMPARE(told(Kind::AcquireFailed), last.failed);
    QCOMPARE(told(Kind::Acquired), last.acquired);
}

void Round::resize()
{
    const int size = 1 + m_dice.below(12);
    m_largest = std::max(m_largest, size);
    if (!pool->resize(m_dice.below(size + 1), size, "stress").empty())
        callers->complain("a size was refused");
}

void Round::makeTrouble()
{
    const DatabaseError ended = serverError("57P01", "terminating connection due to administrator command");
    switch (m_dice.below(13)) {
    case 0:
        return pool->softReset("stress");
    case 1: {
        const StressCallers::MayCut cuts(*callers);
        return pool->hardReset("stress");
    }
    case 2:
        return server->kill(1 + m_dice.below(3), linkLost());
    case 3:
        return server->killAll(ended);
    case 4:
        return server->fail(Step::Open, serverError("53300", "too many clients"), 1 + m_dice.below(5));
    case 5:
        return server->fail(Step::Open, {ErrorSign::Refused, {}, "refused", {}}, 1 + m_dice.below(5));
    case 6:
        return server->fail(Step::Open, serverError("28P01", "wrong password"), 1); // until a reset
    case 7:
        return server->fail(Step::Validate, linkLost(), 1 + m_dice.below(3));
    case 8:
        return server->fail(Step::Clean, serverError("25P02", "transaction aborted"), 1 + m_dice.below(3));
    case 9:
        return resize();
    case 10:
        return pool->suspend("stress");
    case 11:
        return pool->resume("stress");
    default:
        const Step step = m_dice.oneIn(2) ? Step::Open : Step::Validate;
        server->stall(step);
        m_dice.pause(8ms);
        return server->resume(step);
    }
}

} // namespace

class TestPoolStress : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void nothingIsLeftAndEveryCounterAddsUp();
    void aLeaseThatFollowsOneAtItsDeadlineIsNotCut();
    void aLeaseMayOutliveItsPool();
};

void TestPoolStress::nothingIsLeftAndEveryCounterAddsUp()
{
    const std::uint64_t seed = stressSeed();
    Dice dice(seed);
    std::uint64_t leases = 0;
    std::uint64_t cut = 0;
    const TimePoint end = Clock::now() + stressTime(5s);
    for (std::uint64_t round = 0; Clock::now() < end; ++round) {
        const int threads = threadsOfThisProcess();
        Round now(seed + round);
        now.makeTroubleFor(std::chrono::milliseconds{20 + dice.below(200)});
        now.close();
        const PoolSnapshot last = now.pool->snapshot();
        const std::string complaint = now.callers->complaint() + strangeIn(last, now.largest());
        QVERIFY2(complaint.empty(), complaint.c_str());
        QCOMPARE(now.server->live(), 0);
        QTRY_COMPARE(threadsOfThisProcess(), threads);
        QVERIFY(now.server->peak() <= now.largest());
        QCOMPARE(last.total(), 0);
        QCOMPARE(last.waiting, 0);
        QCOMPARE(last.acquired, now.callers->leases());
        QCOMPARE(last.acquireLatency.count(), last.acquired);
        QCOMPARE(last.failed, now.callers->failures());
        QCOMPARE(last.opened, last.closedInAll());
        QCOMPARE(static_cast<int>(last.opened), now.server->opened());
        now.verifyTold(last);
        if (QTest::currentTestFailed())
            return;
        leases += now.callers->leases();
        cut += now.callers->cut();
    }
    qInfo("%llu leases, %llu of them cut at their deadline", static_cast<unsigned long long>(leases),
          static_cast<unsigned long long>(cut));
    QVERIFY(leases > 100);
    QVERIFY(cut > 0);
}

// Two callers take turns on one connection: the one's deadline comes just when its lease ends and the other's begins.
void TestPoolStress::aLeaseThatFollowsOneAtItsDeadlineIsNotCut()
{
    const auto server = StubServer::make();
    PoolSetup setup;
    setup.name = "turns";
    setup.options.maxSize = 1;
    setup.connector = server->connector();
    Pool pool(std::move(setup));
    std::atomic<int> innocent{0};
    std::atomic<bool> stop{false};
    const auto run = [&](std::uint64_t seed) {
        for (Dice dice(seed); !stop;) {
            if (auto lease = pool.acquire()) {
                const TimePoint due = Clock::now() + std::chrono::microseconds{20 + dice.below(100)};
                lease->setDeadline(due);
                while (Clock::now() < due)
                    ;
            }
            if (const auto lease = pool.acquire()) {
                for (const TimePoint end = Clock::now() + 20us; Clock::now() < end;)
                    innocent += lease->wasCut() ? 1 : 0;
                innocent += lease->wasCut() ? 1 : 0;
            }
        }
    };
    std::thread one(run, 1);
    std::thread two(run, 2);
    const bool found = QTest::qWaitFor([&] { return innocent > 0; }, 1'000);
    stop = true;
    one.join();
    two.join();
    QVERIFY(!found);
}

void TestPoolStress::aLeaseMayOutliveItsPool()
{
    Dice dice(stressSeed());
    for (int i = 0; i < 50; ++i) {
        const auto server = StubServer::make();
        PoolSetup setup;
        setup.name = "short";
        setup.options.maxSize = 3;
        setup.options.shutdownTimeout = 1ms;
        setup.connector = server->connector();
        auto pool = std::make_unique<Pool>(std::move(setup));
        std::vector<std::thread> holders;
        std::atomic<int> held{0};
        for (int holder = 0; holder < 3; ++holder)
            holders.emplace_back([&pool, &held, mine = Dice(static_cast<std::uint64_t>(i * 3 + holder))]() mutable {
                const auto lease = pool->acquire();
                ++held;
                mine.pause(3ms); // its end and the pool's come in any order
            });
        while (held < 3)
            std::this_thread::yield();
        dice.pause(2ms);
        pool.reset();
        for (std::thread& holder : holders)
            holder.join();
        QCOMPARE(server->live(), 0);
    }
}

QTEST_GUILESS_MAIN(TestPoolStress)
#include "tst_pool_stress.moc"
