// SPDX-License-Identifier: Apache-2.0
// Who opens connections, how many, and who is served by those that are there.
#include "tests/support/pool_fixture.h"

#include <QtTest>
#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Step = StubServer::Step;

const DatabaseError kFull{ErrorSign::Server, "53300", "sorry, too many clients already", {}};
const DatabaseError kEnded{ErrorSign::Server, "57P01", "terminating connection due to administrator command", {}};

PoolOptions serverless(int min)
{
    PoolOptions options = optionsFor(Preset::Serverless);
    options.minSize = min;
    options.acquireTimeout = 60s;
    return options;
}

std::future<tl::expected<Lease, AcquireError>> acquireLater(PoolFixture& fixture)
{
    return std::async(std::launch::async, [&fixture] { return fixture.pool->acquire("caller"); });
}

} // namespace

class TestPoolDemand : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aSpikeOfShortWorkOpensOneConnectionAtATime();
    void aSpikeIsServedByTheConnectionsThatAreThere();
    void callersAreServedByLiveConnectionsWhileNoneCanBeOpened();
    void afterALossTheCallerIsServedBeforeThePoolIsFilled();
};

void TestPoolDemand::aSpikeOfShortWorkOpensOneConnectionAtATime()
{
    PoolOptions options = serverless(5);
    options.maxSize = 50;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 5);
    std::vector<Lease> leases;
    for (int i = 0; i < 5; ++i)
        leases.push_back(*fixture.pool->acquire());
    fixture.server->stall(Step::Open);
    std::vector<std::future<tl::expected<Lease, AcquireError>>> callers;
    for (int i = 0; i < 20; ++i)
        callers.push_back(acquireLater(fixture));
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 20);
    QTRY_COMPARE(fixture.server->stalled(Step::Open), 1);
    fixture.time->advance(99ms);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->stalled(Step::Open) > 1; }, 30));
    fixture.time->advance(1ms); // they wait for too long: a second one
    QTRY_COMPARE(fixture.server->stalled(Step::Open), 2);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->stalled(Step::Open) > 2; }, 30));
    leases.clear();
    fixture.server->resume(Step::Open);
    for (auto& caller : callers)
        QVERIFY(caller.get().has_value());
}

// In real time: 50 callers at once on 5 connections, 2 ms each. Ten rounds of 2 ms are the floor, measured beside it.
void TestPoolDemand::aSpikeIsServedByTheConnectionsThatAreThere()
{
    const auto server = StubServer::make();
    PoolSetup setup;
    setup.name = "spike";
    setup.options = sized(5, 50);
    setup.connector = server->connector();
    Pool pool(std::move(setup));
    QTRY_COMPARE(pool.snapshot().idle, 5);
    server->stall(Step::Open); // a login takes longer than the spike lasts
    const auto spend = [](int threads, const std::function<void()>& work) {
        std::vector<std::future<void>> all;
        std::promise<void> go;
        const std::shared_future<void> gone = go.get_future().share();
        for (int i = 0; i < threads; ++i)
            all.push_back(std::async(std::launch::async, [&, gone] {
                gone.wait();
                work();
            }));
        const TimePoint begin = Clock::now();
        go.set_value();
        for (auto& each : all)
            each.get();
        return Clock::now() - begin;
    };
    const Duration floor = spend(5, [] {
        for (int round = 0; round < 10; ++round)
            std::this_thread::sleep_for(2ms);
    });
    const Duration took = spend(50, [&pool] {
        const auto lease = pool.acquire();
        if (lease)
            std::this_thread::sleep_for(2ms);
    });
    server->resume(Step::Open);
    qInfo("50 callers: %lld us, the floor %lld us", static_cast<long long>(took / 1us),
          static_cast<long long>(floor / 1us));
    QCOMPARE(pool.snapshot().acquired, std::uint64_t{50});
    QVERIFY(server->openAttempts() <= 6);
    QVERIFY(took < 2 * floor + 20ms); // 25 ms on a quiet machine
}

void TestPoolDemand::callersAreServedByLiveConnectionsWhileNoneCanBeOpened()
{
    PoolOptions options = serverless(1);
    options.backoff.attempts = 1;
    PoolFixture fixture(options);
    auto held = fixture.pool->acquire();
    QVERIFY(held.has_value());
    fixture.server->fail(Step::Open, kFull);
    auto waiting = acquireLater(fixture);
    QTRY_COMPARE(fixture.pool->snapshot().circuit, CircuitState::Open);
    QCOMPARE(fixture.pool->snapshot().waiting, 1);
    std::move(*held).release();
    QVERIFY(waiting.get().has_value());
}

void TestPoolDemand::afterALossTheCallerIsServedBeforeThePoolIsFilled()
{
    PoolFixture fixture(serverless(4));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 4);
    fixture.server->killAll(kEnded);
    fixture.time->advance(2ms);
    const auto lease = fixture.pool->acquire("caller");
    QVERIFY(lease.has_value());
    QTRY_COMPARE(fixture.pool->snapshot().closedInAll(), std::uint64_t{4});
    QVERIFY(!QTest::qWaitFor([&] { return fixture.pool->snapshot().idle == 3; }, 50));
    QTRY_VERIFY((fixture.time->advance(5ms), fixture.pool->snapshot().idle == 3)); // each loss noticed adds as much
}

QTEST_GUILESS_MAIN(TestPoolDemand)
#include "tst_pool_demand.moc"
