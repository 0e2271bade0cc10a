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
    void aConnectionThatOpensWhileThePoolFallsAsleepIsNotKeptNorAsked();
    void theFirstCallerAfterSleepOutlastsAServerThatIsStartingUp();
    void aKeepaliveThatHangsDoesNotKeepACallerFromANewConnection();
    void aKeepaliveIsNoUse();
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

void TestPoolRest::aConnectionThatOpensWhileThePoolFallsAsleepIsNotKeptNorAsked()
{
    PoolOptions options = sized(1, 4);
    options.sleepAfter = 2min;
    options.connectTimeout = 5min;
    options.keepaliveInterval = 30s;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    fixture.server->stall(Step::Open);
    fixture.server->killAll(linkLost()); // noticed, replaced: the login hangs
    fixture.time->advance(1s);
    QTRY_COMPARE(fixture.server->stalled(Step::Open), 1);
    fixture.time->advance(3min);
    QTRY_VERIFY(fixture.pool->snapshot().asleep);
    fixture.server->resume(Step::Open);
    QTRY_COMPARE(fixture.pool->snapshot().opening, 0);
    const int asked = fixture.server->calls(Step::Validate);
    QTRY_COMPARE(fixture.server->live(), 0);
    fixture.time->advance(31s);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->calls(Step::Validate) > asked; }, 30));
}

void TestPoolRest::theFirstCallerAfterSleepOutlastsAServerThatIsStartingUp()
{
    PoolOptions options = optionsFor(Preset::Serverless);
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    fixture.time->advance(3min);
    QTRY_VERIFY(fixture.pool->snapshot().asleep);
    fixture.server->fail(Step::Open, serverError("57P03", "the database system is starting up"));
    const TimePoint begin = fixture.time->now();
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire(); });
    bool done = false;
    while (!(done = caller.wait_for(5ms) == std::future_status::ready) && fixture.time->now() - begin < 20s)
        fixture.time->advance(50ms);
    fixture.server->succeed(Step::Open);
    for (int i = 0; i < 200 && caller.wait_for(5ms) != std::future_status::ready; ++i)
        fixture.time->advance(100ms);
    const auto lease = caller.get();
    QVERIFY2(lease.has_value(), lease ? "" : describe(lease.error()).c_str());
}

void TestPoolRest::aKeepaliveThatHangsDoesNotKeepACallerFromANewConnection()
{
    PoolOptions options = keptAlive();
    options.maxSize = 4;
    options.maxOpening = 1;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    const auto other = fixture.pool->acquire();
    fixture.server->stall(Step::Validate); // a balancer has dropped the idle one in silence; logins work
    fixture.time->advance(31s);
    QTRY_COMPARE(fixture.server->stalled(Step::Validate), 1);
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire().has_value(); });
    const bool served = caller.wait_for(10s) == std::future_status::ready;
    fixture.server->resume(Step::Validate);
    QVERIFY(caller.get());
    QVERIFY(served);
}

void TestPoolRest::aKeepaliveIsNoUse()
{
    PoolOptions options = sized(1, 1);
    options.sleepAfter = 2min;
    options.keepaliveInterval = 100s;
    options.validationTimeout = 60s;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    fixture.server->stall(Step::Validate);
    fixture.time->advance(101s);
    QTRY_COMPARE(fixture.server->stalled(Step::Validate), 1); // a round trip that takes a moment
    const int looks = fixture.server->calls(Step::Peek);
    fixture.time->advance(1s);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->calls(Step::Peek) > looks; }, 30)); // it is Reserved
    fixture.server->resume(Step::Validate);
    QTRY_COMPARE(fixture.server->stalled(Step::Validate), 0);
    fixture.time->advance(30s); // nobody has asked for 132 s
    QTRY_VERIFY(fixture.pool->snapshot().asleep);
}

QTEST_GUILESS_MAIN(TestPoolRest)
#include "tst_pool_rest.moc"
