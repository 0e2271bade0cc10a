// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pool_fixture.h"

#include <QtTest>

#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Leases = std::vector<tl::expected<Lease, AcquireError>>;

Leases take(Pool& pool, int count)
{
    Leases leases;
    for (int i = 0; i < count; ++i)
        leases.push_back(pool.acquire());
    return leases;
}

std::uint64_t closedBecause(const Pool& pool, CloseReason reason)
{
    return pool.snapshot().closed[static_cast<std::size_t>(reason)];
}

} // namespace

class TestPoolSizing : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aHigherMaximumServesThoseWhoWait();
    void aHigherMinimumIsFilled();
    void aLowerMaximumClosesIdleConnectionsAtOnceAndLeasedOnesWhenTheyComeBack();
    void theLowestIsOneAndManyTimesMoreFollow();
    void sizesThatMakeNoSenseAreRefusedWhole();
    void aSuspendedPoolLendsNothingAndKeepsNothing();
    void aCallerOfASuspendedPoolIsServedWhenItIsResumed();
    void aCallerOfASuspendedPoolIsToldWhyItWaited();
    void aConnectionThatOpensWhileThePoolIsSuspendedIsClosed();
    void aSuspendedPoolShutsDown();
    void anOpeningThatFailsAfterAResizeLeavesNoSurplus();
};

void TestPoolSizing::aHigherMaximumServesThoseWhoWait()
{
    PoolFixture fixture(sized(1, 2));
    const Leases leases = take(*fixture.pool, 2);
    auto third = std::async(std::launch::async, [&] { return fixture.pool->acquire().has_value(); });
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    QVERIFY(fixture.pool->resize(1, 3, "test").empty());
    QVERIFY(third.get());
    QCOMPARE(fixture.pool->snapshot().maxSize, 3);
    QCOMPARE(fixture.pool->options().maxSize, 3);
    QTRY_COMPARE(fixture.count(EventKind::PoolResized), 1);
    QCOMPARE(fixture.events(EventKind::PoolResized).front().text,
             std::string("Pool resized by test: 1 to 2 → 1 to 3 connections"));
}

void TestPoolSizing::aHigherMinimumIsFilled()
{
    PoolFixture fixture(sized(0, 2));
    QVERIFY(fixture.pool->resize(5, 8, "test").empty());
    QTRY_COMPARE(fixture.pool->snapshot().idle, 5);
}

void TestPoolSizing::aLowerMaximumClosesIdleConnectionsAtOnceAndLeasedOnesWhenTheyComeBack()
{
    PoolFixture fixture(sized(0, 6));
    Leases leases = take(*fixture.pool, 6);
    leases.pop_back(); // two are idle
    leases.pop_back();
    QVERIFY(fixture.pool->resize(0, 2, "test").empty());
    QTRY_COMPARE(fixture.server->live(), 4);
    QTRY_COMPARE(closedBecause(*fixture.pool, CloseReason::Resized), std::uint64_t{2});
    leases.pop_back();
    QTRY_COMPARE(fixture.server->live(), 3);
    leases.clear();
    QTRY_COMPARE(fixture.server->live(), 2);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    QTRY_COMPARE(closedBecause(*fixture.pool, CloseReason::Resized), std::uint64_t{4});
    leases = take(*fixture.pool, 2);
    QVERIFY(!fixture.pool->acquire({}, 0ms).has_value());
    leases.clear();
    QCOMPARE(fixture.server->opened(), 6); // those that were left are used again
}

void TestPoolSizing::theLowestIsOneAndManyTimesMoreFollow()
{
    PoolFixture fixture(sized(0, 1));
    for (const int size : {2, 3, 7, 40, 41, 400, 10, 900}) {
        QVERIFY(fixture.pool->resize(0, size, "test").empty());
        const Leases leases = take(*fixture.pool, size);
        QCOMPARE(fixture.pool->snapshot().active, size);
    }
    QCOMPARE(fixture.server->peak(), 900);
}

void TestPoolSizing::sizesThatMakeNoSenseAreRefusedWhole()
{
    PoolFixture fixture(sized(1, 4));
    const auto problems = fixture.pool->resize(5, 3, "test");
    QCOMPARE(problems.size(), std::size_t{1});
    QCOMPARE(problems.front().field, std::string("minSize"));
    QCOMPARE(fixture.pool->snapshot().maxSize, 4);
    QCOMPARE(fixture.count(EventKind::PoolResized), 0);
    fixture.pool->shutdown();
    QVERIFY(!fixture.pool->resize(1, 8, "test").empty());
}

void TestPoolSizing::aSuspendedPoolLendsNothingAndKeepsNothing()
{
    PoolFixture fixture(sized(2, 4));
    Leases leases = take(*fixture.pool, 3);
    leases.pop_back();
    fixture.pool->suspend("test");
    QTRY_COMPARE(fixture.server->live(), 2);
    leases.clear();
    QTRY_COMPARE(fixture.server->live(), 0);
    QCOMPARE(fixture.pool->snapshot().state, PoolState::Suspended);
    const int attempts = fixture.server->openAttempts();
    fixture.time->advance(1min);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->openAttempts() > attempts; }, 30));
    fixture.pool->suspend("test"); // again, to no effect
    fixture.pool->resume("test");
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    QTRY_COMPARE(fixture.count(EventKind::PoolSuspended), 1);
    QTRY_COMPARE(fixture.count(EventKind::PoolResumed), 1);
}

void TestPoolSizing::aCallerOfASuspendedPoolIsServedWhenItIsResumed()
{
    PoolFixture fixture(sized(0, 2));
    fixture.pool->suspend("test");
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire().has_value(); });
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    fixture.pool->resume("test");
    QVERIFY(caller.get());
}

void TestPoolSizing::aCallerOfASuspendedPoolIsToldWhyItWaited()
{
    PoolFixture fixture(sized(0, 2));
    fixture.pool->suspend("test");
    const auto lease = fixture.pool->acquire({}, 0ms);
    QVERIFY(!lease.has_value());
    QCOMPARE(lease.error().reason, AcquireFailure::Timeout);
    QVERIFY2(describe(lease.error()).find("Suspended by hand") != std::string::npos, describe(lease.error()).c_str());
}

void TestPoolSizing::aConnectionThatOpensWhileThePoolIsSuspendedIsClosed()
{
    PoolFixture fixture(sized(0, 2));
    fixture.server->stall(StubServer::Step::Open);
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire().has_value(); });
    QTRY_COMPARE(fixture.server->stalled(StubServer::Step::Open), 1);
    fixture.pool->suspend("test");
    fixture.server->resume(StubServer::Step::Open);
    QTRY_COMPARE(closedBecause(*fixture.pool, CloseReason::Suspended), std::uint64_t{1});
    QCOMPARE(fixture.pool->snapshot().waiting, 1);
    fixture.pool->resume("test");
    QVERIFY(caller.get());
}

void TestPoolSizing::aSuspendedPoolShutsDown()
{
    PoolFixture fixture(sized(2, 4));
    fixture.pool->suspend("test");
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire(); });
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    QVERIFY(fixture.pool->shutdown());
    const auto refused = caller.get();
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().reason, AcquireFailure::ShuttingDown);
    QCOMPARE(fixture.server->live(), 0);
}

void TestPoolSizing::anOpeningThatFailsAfterAResizeLeavesNoSurplus()
{
    PoolFixture fixture(sized(0, 2));
    auto held = fixture.pool->acquire();
    fixture.server->stall(StubServer::Step::Open);
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire({}, 1s).has_value(); });
    QTRY_COMPARE(fixture.server->stalled(StubServer::Step::Open), 1);
    QVERIFY(fixture.pool->resize(0, 1, "test").empty());
    fixture.server->fail(StubServer::Step::Open, {ErrorSign::Refused, {}, "refused", {}}, 1);
    fixture.server->resume(StubServer::Step::Open);
    fixture.time->advance(6s); // the opening's and the caller's time-out
    QVERIFY(!caller.get());
    QTRY_COMPARE(fixture.pool->snapshot().opening, 0);
    QCOMPARE(fixture.server->opened(), 1);
    std::move(*held).release();
    QCOMPARE(fixture.pool->snapshot().idle, 1);
    QCOMPARE(closedBecause(*fixture.pool, CloseReason::Resized), std::uint64_t{0});
}

QTEST_GUILESS_MAIN(TestPoolSizing)
#include "tst_pool_sizing.moc"
