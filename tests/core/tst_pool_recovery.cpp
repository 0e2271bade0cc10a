// SPDX-License-Identifier: Apache-2.0
// How the pool meets a server that fails: retries, recreation, the circuit, and what it tells of them.
#include "tests/support/pool_fixture.h"

#include <QtTest>
#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Step = StubServer::Step;

const DatabaseError kFull{ErrorSign::Server, "53300", "sorry, too many clients already", {}};
const DatabaseError kRefused{ErrorSign::Refused, {}, "connection refused", {}};
const DatabaseError kEnded{ErrorSign::Server, "57P01", "terminating connection due to administrator command", {}};
const DatabaseError kWrongPassword{ErrorSign::Server, "28P01", "password authentication failed for user \"app\"", {}};

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

class TestPoolRecovery : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void openingIsRetriedWithBackoffAndTheCallerSeesNoError();
    void theSeriesEndsAndTheCircuitOpens();
    void aServerThatIsAwayIsAskedQuicklyByOneAndToldOfNowAndThen();
    void aServerThatStaysAwayOpensTheCircuit();
    void validatingALiveConnectionDoesNotCloseTheCircuit();
    void anOpenCircuitIsTriedAgainAndCloses();
    void aWrongPasswordIsNotTriedAgainUntilAPersonAsks();
    void aRejectedLoginIsTriedThreeTimesAndNoMore();
    void allStaleConnectionsAreRecreatedAsOneNewGeneration();
    void aLeasedConnectionOfARecreatedPoolIsClosedForThatReason();
    void aConnectionOpenedAfterALossIsNotStaleByALossOfTheSameTime();
    void idleConnectionsThatDieAreNoticedWithoutACaller();
    void aLostConnectionThatNobodyNeedsLeavesNoTrouble();
    void stormsOfFailedAcquiresAreToldTogether();
    void countersAndEventsAgree();
};

void TestPoolRecovery::openingIsRetriedWithBackoffAndTheCallerSeesNoError()
{
    PoolFixture fixture(serverless(0));
    fixture.server->fail(Step::Open, kFull, 2);
    auto caller = acquireLater(fixture);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 1);
    QCOMPARE(fixture.server->openAttempts(), 1);
    fixture.time->advance(499ms);
    // Gives a pool that ignored its backoff the time to show it.
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->openAttempts() > 1; }, 50));
    fixture.time->advance(1ms);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 2);
    fixture.time->advance(1s);
    QVERIFY(caller.get().has_value());

    const auto retries = fixture.events(EventKind::RetryScheduled);
    QCOMPARE(*retries[0].delay, 500ms);
    QCOMPARE(*retries[1].delay, 1'000ms);
    QCOMPARE(*retries[0].attempt, 1);
    QCOMPARE(*retries[1].attempt, 2);
    QCOMPARE(*retries[0].limit, 3);
    QCOMPARE(retries[0].sqlState, std::string("53300"));
    QVERIFY(retries[0].text.find("Attempt 1 of 3 failed, retrying in 0.5 s: 53300") != std::string::npos);
    QTRY_COMPARE(fixture.count(EventKind::Recovered), 1);
    const auto recovered = fixture.events(EventKind::Recovered);
    QCOMPARE(*recovered.front().duration, 1'500ms);
    QVERIFY(!fixture.pool->snapshot().lastError);
}

void TestPoolRecovery::theSeriesEndsAndTheCircuitOpens()
{
    PoolFixture fixture(serverless(0));
    fixture.server->fail(Step::Open, kFull);
    auto caller = acquireLater(fixture);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 1);
    fixture.time->advance(500ms);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 2);
    fixture.time->advance(1s);
    const auto result = caller.get();
    QCOMPARE(result.error().reason, AcquireFailure::Exhausted);
    QCOMPARE(result.error().lastError->sqlState, std::string("53300"));
    QCOMPARE(fixture.pool->snapshot().circuit, CircuitState::Open);
    QTRY_COMPARE(fixture.count(EventKind::RetriesExhausted), 1);
    QCOMPARE(fixture.events(EventKind::RetriesExhausted).front().severity, Severity::Critical);

    const auto refused = fixture.pool->acquire();
    QCOMPARE(refused.error().reason, AcquireFailure::CircuitOpen);
    QCOMPARE(refused.error().waited, 0ms);
    QCOMPARE(fixture.server->openAttempts(), 3);
}

void TestPoolRecovery::aServerThatIsAwayIsAskedQuicklyByOneAndToldOfNowAndThen()
{
    PoolFixture fixture(serverless(0));
    fixture.server->fail(Step::Open, kRefused, 100);
    std::vector<std::future<tl::expected<Lease, AcquireError>>> callers;
    for (int i = 0; i < 4; ++i)
        callers.push_back(acquireLater(fixture));
    QTRY_COMPARE(fixture.server->openAttempts(), 1);
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 4);
    for (int attempt = 2; attempt <= 100; ++attempt) {
        QTRY_COMPARE(fixture.pool->snapshot().retried, static_cast<std::uint64_t>(attempt - 1)); // the delay is set
        fixture.time->advance(12ms);
        QTRY_COMPARE(fixture.server->openAttempts(), attempt);
        QVERIFY(fixture.pool->snapshot().opening <= 1);
    }
    QTRY_COMPARE(fixture.pool->snapshot().retried, std::uint64_t{100});
    fixture.time->advance(12ms);
    for (auto& caller : callers)
        QVERIFY(caller.get().has_value());
    QTRY_COMPARE(fixture.count(EventKind::Recovered), 1);
    const auto retries = fixture.events(EventKind::RetryScheduled);
    QVERIFY2(retries.size() <= 4, std::to_string(retries.size()).c_str()); // the first, one a second, what was left
    int told = 0;
    for (const Event& retry : retries)
        told += *retry.count;
    QCOMPARE(told, 100);
    QCOMPARE(fixture.pool->snapshot().retried, std::uint64_t{100});
    QCOMPARE(*retries.front().delay, 12ms);
}

void TestPoolRecovery::aServerThatStaysAwayOpensTheCircuit()
{
    PoolOptions options = serverless(0);
    options.acquireTimeout = 2s;
    PoolFixture fixture(options);
    fixture.server->fail(Step::Open, kRefused);
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire("caller", 60s); });
    QTRY_COMPARE(fixture.pool->snapshot().retried, std::uint64_t{1}); // the series has begun
    fixture.time->advance(2s);
    QCOMPARE(caller.get().error().reason, AcquireFailure::Exhausted);
    QCOMPARE(fixture.pool->acquire().error().reason, AcquireFailure::CircuitOpen);
    QTRY_COMPARE(fixture.count(EventKind::RetriesExhausted), 1);
}

void TestPoolRecovery::validatingALiveConnectionDoesNotCloseTheCircuit()
{
    PoolFixture fixture(serverless(2));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    fixture.server->fail(Step::Open, kWrongPassword);
    {
        auto lease = fixture.pool->acquire();
        lease->discard();
    }
    QTRY_COMPARE(fixture.count(EventKind::ConnectStopped), 1);
    fixture.time->advance(1s);
    QVERIFY(fixture.pool->acquire().has_value()); // validated
    QCOMPARE(fixture.server->calls(Step::Validate), 1);
    fixture.time->advance(1h);
    QCOMPARE(fixture.pool->snapshot().circuit, CircuitState::Open);
    QCOMPARE(fixture.count(EventKind::Recovered), 0);
    QCOMPARE(fixture.server->openAttempts(), 3); // two that made the pool, one refused
}

void TestPoolRecovery::anOpenCircuitIsTriedAgainAndCloses()
{
    PoolOptions options = serverless(1);
    options.backoff.attempts = 1;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    fixture.server->fail(Step::Open, kFull);
    fixture.server->killAll(kEnded);
    fixture.time->advance(250ms);
    QTRY_COMPARE(fixture.pool->snapshot().circuit, CircuitState::Open);
    const int attempts = fixture.server->openAttempts();
    fixture.time->advance(5s);
    QTRY_COMPARE(fixture.server->openAttempts(), attempts + 1);
    QTRY_COMPARE(fixture.pool->snapshot().circuit, CircuitState::Open);
    fixture.server->succeed(Step::Open);
    fixture.time->advance(5s);
    QTRY_COMPARE(fixture.pool->snapshot().circuit, CircuitState::Closed);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    QTRY_VERIFY(fixture.count(EventKind::Recovered) >= 1);
}

void TestPoolRecovery::aWrongPasswordIsNotTriedAgainUntilAPersonAsks()
{
    PoolFixture fixture(serverless(0));
    fixture.server->fail(Step::Open, kWrongPassword);
    const auto first = fixture.pool->acquire();
    QCOMPARE(first.error().reason, AcquireFailure::Stopped);
    QCOMPARE(first.error().lastError->sqlState, std::string("28P01"));
    fixture.time->advance(1h);
    QCOMPARE(fixture.pool->acquire().error().reason, AcquireFailure::Stopped);
    QCOMPARE(fixture.server->openAttempts(), 1);
    QTRY_COMPARE(fixture.count(EventKind::ConnectStopped), 1);
    QCOMPARE(fixture.count(EventKind::RetryScheduled), 0);

    fixture.server->succeed(Step::Open);
    fixture.pool->softReset("ops");
    QVERIFY(fixture.pool->acquire().has_value());
}

void TestPoolRecovery::aRejectedLoginIsTriedThreeTimesAndNoMore()
{
    PoolOptions options = serverless(0);
    options.backoff.attempts = 10;
    PoolFixture fixture(options);
    fixture.server->fail(Step::Open, serverError("08004", "rejected"));
    auto caller = acquireLater(fixture);
    QTRY_COMPARE(fixture.server->openAttempts(), 1);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 1);
    fixture.time->advance(500ms);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 2);
    fixture.time->advance(1s);
    QCOMPARE(caller.get().error().reason, AcquireFailure::Stopped);
    QTRY_COMPARE(fixture.count(EventKind::ConnectStopped), 1);
    QCOMPARE(fixture.server->openAttempts(), 3);
}

void TestPoolRecovery::allStaleConnectionsAreRecreatedAsOneNewGeneration()
{
    PoolFixture fixture(serverless(4));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 4);
    fixture.server->killAll(kEnded);
    fixture.time->advance(2ms); // one that was in use a moment ago is not looked at
    QVERIFY(fixture.pool->acquire("caller").has_value());
    QTRY_COMPARE(fixture.pool->snapshot().recreated, std::uint64_t{1});
    QTRY_COMPARE(fixture.pool->snapshot().closedInAll(), std::uint64_t{4});
    fixture.time->advance(5ms); // the caller was served first
    QTRY_COMPARE(fixture.pool->snapshot().idle, 4);
    const PoolSnapshot now = fixture.pool->snapshot();
    QCOMPARE(now.recreated, std::uint64_t{1});
    QCOMPARE(now.generation, std::uint64_t{2});
    QCOMPARE(now.closed[static_cast<std::size_t>(CloseReason::Lost)], std::uint64_t{4});
    QCOMPARE(now.failed, std::uint64_t{0});
    QCOMPARE(fixture.server->live(), 4); // no leak
    QTRY_COMPARE(fixture.count(EventKind::PoolRecreated), 1);
}

void TestPoolRecovery::aLeasedConnectionOfARecreatedPoolIsClosedForThatReason()
{
    PoolFixture fixture(serverless(0)); // each acquire opens one
    auto dead = fixture.pool->acquire();
    auto alive = fixture.pool->acquire();
    fixture.server->kill(1, kEnded); // with this SQLSTATE the server ends all of them
    std::move(*dead).release();
    QTRY_COMPARE(fixture.pool->snapshot().recreated, std::uint64_t{1});
    QCOMPARE(alive->connection(), ConnectionId{2});
    std::move(*alive).release();
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Recreated)], std::uint64_t{1});
    QCOMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::SoftReset)], std::uint64_t{0});
    QTRY_COMPARE(fixture.count(EventKind::ConnectionClosed), 1);
    QCOMPARE(fixture.events(EventKind::ConnectionClosed).front().text,
             std::string("Connection #2 closed: all were stale"));
}

// Two leases are lost together, and come back one after the other. What was opened between is as good as new.
void TestPoolRecovery::aConnectionOpenedAfterALossIsNotStaleByALossOfTheSameTime()
{
    PoolFixture fixture(serverless(0)); // each acquire opens one
    auto first = fixture.pool->acquire();
    auto second = fixture.pool->acquire();
    fixture.time->advance(10ms);
    fixture.server->kill(1, linkLost());
    fixture.server->kill(1, kEnded);
    std::move(*first).release();
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Lost)], std::uint64_t{1});
    auto fresh = acquireLater(fixture);
    QTRY_VERIFY((fixture.time->advance(5ms), fixture.pool->snapshot().active == 2));
    auto third = fresh.get();
    QCOMPARE(third->connection(), ConnectionId{3});
    std::move(*second).release();
    QTRY_COMPARE(fixture.pool->snapshot().recreated, std::uint64_t{1});
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Lost)], std::uint64_t{2});
    std::move(*third).release(); // if it is to be closed, that has begun when this returns
    const PoolSnapshot now = fixture.pool->snapshot();
    QCOMPARE(now.closing, 0);
    QCOMPARE(now.closedInAll(), std::uint64_t{2});
}

void TestPoolRecovery::idleConnectionsThatDieAreNoticedWithoutACaller()
{
    PoolFixture fixture(serverless(2));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    fixture.server->killAll(kEnded);
    fixture.time->advance(250ms);
    QTRY_COMPARE(fixture.pool->snapshot().generation, std::uint64_t{2});
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    QTRY_COMPARE(fixture.count(EventKind::Recovered), 1);
    const auto lost = fixture.events(EventKind::ConnectionLost);
    QCOMPARE(lost.size(), std::size_t{1});
    QCOMPARE(*lost.front().count, 2);
    QCOMPARE(lost.front().sqlState, std::string("57P01"));
}

void TestPoolRecovery::aLostConnectionThatNobodyNeedsLeavesNoTrouble()
{
    PoolFixture fixture(serverless(0));
    {
        const auto lease = fixture.pool->acquire();
    }
    fixture.server->killAll(kEnded);
    fixture.time->advance(250ms);
    QTRY_COMPARE(fixture.server->live(), 0);
    QTRY_VERIFY(!fixture.pool->snapshot().lastError);
    QCOMPARE(fixture.pool->snapshot().troubleSince, TimePoint{});
    QCOMPARE(fixture.server->opened(), 1);
}

void TestPoolRecovery::stormsOfFailedAcquiresAreToldTogether()
{
    PoolFixture fixture(serverless(0));
    fixture.server->fail(Step::Open, kWrongPassword);
    QVERIFY(!fixture.pool->acquire());
    QTRY_COMPARE(fixture.count(EventKind::AcquireFailed), 1);
    for (int i = 0; i < 499; ++i)
        QVERIFY(!fixture.pool->acquire());
    fixture.time->advance(1s);
    QTRY_COMPARE(fixture.count(EventKind::AcquireFailed), 2);
    int told = 0;
    for (const Event& event : fixture.events(EventKind::AcquireFailed))
        told += *event.count;
    QCOMPARE(told, 500);
    QCOMPARE(fixture.pool->snapshot().failed, std::uint64_t{500});
}

void TestPoolRecovery::countersAndEventsAgree()
{
    PoolFixture fixture(serverless(3));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 3);
    fixture.server->fail(Step::Open, kFull, 2);
    fixture.server->killAll(kEnded);
    fixture.time->advance(250ms);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 1);
    fixture.time->advance(500ms);
    QTRY_COMPARE(fixture.count(EventKind::RetryScheduled), 2);
    fixture.time->advance(1s);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 3);
    QVERIFY(fixture.pool->shutdown());
    const PoolSnapshot now = fixture.pool->snapshot();
    QCOMPARE(fixture.count(EventKind::ConnectionOpened), static_cast<int>(now.opened));
    int retried = 0;
    for (const Event& event : fixture.events(EventKind::RetryScheduled))
        retried += *event.count;
    QCOMPARE(retried, static_cast<int>(now.retried));
    int lost = 0;
    for (const Event& event : fixture.events(EventKind::ConnectionLost))
        lost += *event.count;
    QCOMPARE(lost, static_cast<int>(now.closed[static_cast<std::size_t>(CloseReason::Lost)]));
    QCOMPARE(now.opened, now.closedInAll());
    QCOMPARE(fixture.count(EventKind::PoolOpened), 1);
    QCOMPARE(fixture.count(EventKind::PoolClosed), 1);
}

QTEST_GUILESS_MAIN(TestPoolRecovery)
#include "tst_pool_recovery.moc"
