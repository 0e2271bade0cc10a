// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pool_fixture.h"

#include <QtTest>

#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Step = StubServer::Step;

PoolOptions sleepy()
{
    PoolOptions options = sized(2, 4);
    options.sleepAfter = 2min;
    options.wakeTimeout = 40s;
    return options;
}

PoolOptions keptAlive()
{
    PoolOptions options = sized(2, 2);
    options.keepaliveInterval = 30s;
    return options;
}

} // namespace

class TestPoolRest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void idleConnectionsAreKeptAliveAndStillGrowOld();
    void aConnectionInUseIsNotDisturbedByTheKeepalive();
    void aKeepaliveThatFailsReplacesTheConnectionBeforeAnybodyNeedsIt();
    void nothingIsAskedOfTheServerWithoutAKeepalive();
    void aPoolThatNobodyUsesFallsAsleepAndKeepsNothing();
    void aLeaseThatIsOutKeepsThePoolAwake();
    void theFirstCallerWakesItAndHasLonger();
    void aServerThatIsAwayIsLeftAloneWhenNobodyAsks();
};

void TestPoolRest::idleConnectionsAreKeptAliveAndStillGrowOld()
{
    PoolOptions options = keptAlive();
    options.minSize = 0;
    options.idleTimeout = 100s;
    PoolFixture fixture(options);
    (void)fixture.pool->acquire();
    QCOMPARE(fixture.server->live(), 1);
    for (int round = 1; round <= 3; ++round) {
        fixture.time->advance(30s);
        QTRY_COMPARE(fixture.server->calls(Step::Validate), round);
    }
    QCOMPARE(fixture.server->live(), 1);
    fixture.time->advance(10s);
    QTRY_COMPARE(fixture.server->live(), 0);
}

void TestPoolRest::aConnectionInUseIsNotDisturbedByTheKeepalive()
{
    PoolFixture fixture(keptAlive());
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    const auto lease = fixture.pool->acquire();
    fixture.time->advance(31s);
    QTRY_COMPARE(fixture.server->calls(Step::Validate), 1); // of the other one
    fixture.time->advance(31s);
    QTRY_COMPARE(fixture.server->calls(Step::Validate), 2);
    QCOMPARE(fixture.pool->snapshot().active, 1);
}

void TestPoolRest::aKeepaliveThatFailsReplacesTheConnectionBeforeAnybodyNeedsIt()
{
    PoolFixture fixture(keptAlive());
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    fixture.server->fail(Step::Validate, {ErrorSign::Timeout, {}, "no answer", {}}, 1);
    fixture.time->advance(31s);
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Invalid)], std::uint64_t{1});
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    QTRY_COMPARE(fixture.count(EventKind::ConnectionLost), 1);
}

void TestPoolRest::nothingIsAskedOfTheServerWithoutAKeepalive()
{
    PoolFixture fixture(sized(2, 2));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    const int looks = fixture.server->calls(Step::Peek);
    fixture.time->advance(60s);
    QTRY_VERIFY(fixture.server->calls(Step::Peek) > looks); // it was looked at
    QCOMPARE(fixture.server->calls(Step::Validate), 0);
}

void TestPoolRest::aPoolThatNobodyUsesFallsAsleepAndKeepsNothing()
{
    PoolFixture fixture(sleepy());
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    (void)fixture.pool->acquire();
    fixture.time->advance(119s);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->live() < 2; }, 30));
    fixture.time->advance(3s);
    QTRY_COMPARE(fixture.server->live(), 0);
    QVERIFY(fixture.pool->snapshot().asleep);
    QTRY_COMPARE(fixture.count(EventKind::PoolAsleep), 1);
    QCOMPARE(fixture.events(EventKind::PoolAsleep).front().count, std::optional<int>(2));
    const int attempts = fixture.server->openAttempts();
    fixture.time->advance(1h);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->openAttempts() > attempts; }, 30));
    QCOMPARE(fixture.count(EventKind::PoolAsleep), 1);
}

void TestPoolRest::aLeaseThatIsOutKeepsThePoolAwake()
{
    PoolFixture fixture(sleepy());
    {
        const auto lease = fixture.pool->acquire();
        fixture.time->advance(10min);
        QVERIFY(!QTest::qWaitFor([&] { return fixture.pool->snapshot().asleep; }, 30));
    }
    fixture.time->advance(3min);
    QTRY_VERIFY(fixture.pool->snapshot().asleep);
}

void TestPoolRest::theFirstCallerWakesItAndHasLonger()
{
    PoolFixture fixture(sleepy());
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    fixture.time->advance(3min);
    QTRY_COMPARE(fixture.server->live(), 0);
    fixture.server->stall(Step::Open);
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire().has_value(); });
    QTRY_COMPARE(fixture.server->stalled(Step::Open), 1); // one asks until the database is up
    fixture.time->advance(39s);
    QVERIFY(caller.wait_for(30ms) == std::future_status::timeout);
    QCOMPARE(fixture.server->stalled(Step::Open), 1);
    fixture.server->resume(Step::Open);
    QVERIFY(caller.get());
    QTRY_COMPARE(fixture.count(EventKind::PoolAwake), 1);
    QVERIFY(!fixture.pool->snapshot().asleep);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
}

void TestPoolRest::aServerThatIsAwayIsLeftAloneWhenNobodyAsks()
{
    PoolOptions options = sleepy();
    options.circuitOpenTime = 1s;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    fixture.server->fail(Step::Open, {ErrorSign::Refused, {}, "refused", {}});
    fixture.server->killAll(linkLost());
    fixture.time->advance(1s);
    QTRY_VERIFY(fixture.server->openAttempts() > 2);
    fixture.time->advance(3min);
    QTRY_VERIFY(fixture.pool->snapshot().asleep);
    QTRY_COMPARE(fixture.pool->snapshot().opening, 0);
    const int attempts = fixture.server->openAttempts();
    fixture.time->advance(1h);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->openAttempts() > attempts; }, 30));
}

QTEST_GUILESS_MAIN(TestPoolRest)
#include "tst_pool_rest.moc"
