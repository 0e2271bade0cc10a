// SPDX-License-Identifier: Apache-2.0
// What a caller sees of the pool: leases, the queue, time-outs, validation, resets and shutdown.
#include "tests/support/last_words.h"
#include "tests/support/pool_fixture.h"

#include <QtTest>
#include <future>
#include <thread>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

// Acquires on a thread of its own; the lease is held by the future.
std::future<tl::expected<Lease, AcquireError>> acquireLater(PoolFixture& fixture, std::string holder = {},
                                                            std::chrono::milliseconds timeout = 5s)
{
    return std::async(std::launch::async,
                      [&fixture, holder, timeout] { return fixture.pool->acquire(holder, timeout); });
}

template <typename T> bool ready(std::future<T>& future)
{
    return future.wait_for(0s) == std::future_status::ready;
}

} // namespace

class TestPool : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aLeaseThatWasReleasedCannotBeUsed();
    void minimumIsOpenedAtOnceAndNeverMoreThanMaximum();
    void everySumAddsUp();
    void waitersAreServedInOrder();
    void acquireEndsByItsDeadlineWithTheNumbers();
    void aWaiterThatGaveUpLeavesNothingBehind();
    void aConnectionUsedJustNowIsLentWithoutARoundTrip();
    void aConnectionIdleForLongIsValidatedFirst();
    void aDeadConnectionIsReplacedWithoutAnErrorForTheCaller();
    void aValidationThatHangsEndsByItsLimit();
    void aBrokenLeaseIsDiscarded();
    void aDiscardedLeaseIsClosed();
    void softResetReplacesIdleConnectionsAndLetsLeasesFinish();
    void hardResetCutsLeases();
    void aConnectionThatWasBeingOpenedIsClosedForTheResetsReason();
    void shutdownWakesWaitersRefusesCallersAndWaitsForLeases();
    void shutdownCutsLeasesThatDoNotComeBack();
    void shutdownEndsAnAttemptToConnectAndOpensNothing();
    void aLeaseMayOutliveThePool();
    void movedLeasesGoBackOnce();
};

void TestPool::minimumIsOpenedAtOnceAndNeverMoreThanMaximum()
{
    PoolFixture fixture(sized(2, 4));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    std::vector<std::thread> callers;
    std::atomic<int> served{0};
    for (int i = 0; i < 12; ++i)
        callers.emplace_back([&] {
            for (int round = 0; round < 50; ++round)
                if (fixture.pool->acquire("caller", 60s))
                    ++served;
        });
    for (std::thread& caller : callers)
        caller.join();
    QCOMPARE(served.load(), 12 * 50);
    QVERIFY(fixture.server->peak() <= 4);
    QCOMPARE(fixture.pool->snapshot().acquired, std::uint64_t{12 * 50});
    QCOMPARE(fixture.pool->snapshot().active, 0);
}

void TestPool::everySumAddsUp()
{
    PoolFixture fixture(sized(0, 3));
    const auto first = fixture.pool->acquire();
    const auto second = fixture.pool->acquire();
    QVERIFY(first && second);
    const PoolSnapshot now = fixture.pool->snapshot();
    QCOMPARE(now.active, 2);
    QCOMPARE(now.total(), now.active + now.idle + now.opening + now.closing);
    QCOMPARE(now.opened - now.closedInAll(), static_cast<std::uint64_t>(now.total()));
    QCOMPARE(now.peakActive, 2);
    QCOMPARE(now.peakTotal, 2);
    QCOMPARE(now.acquired, std::uint64_t{2});
    QCOMPARE(now.acquireLatency.count(), std::uint64_t{2});
}

void TestPool::waitersAreServedInOrder()
{
    PoolFixture fixture(sized(1, 1));
    auto held = fixture.pool->acquire();
    QVERIFY(held.has_value());
    std::mutex mutex;
    std::vector<int> order;
    std::vector<std::thread> callers;
    for (int i = 0; i < 5; ++i) {
        callers.emplace_back([&, i] {
            auto lease = fixture.pool->acquire("caller", 60s);
            const std::lock_guard lock(mutex);
            if (lease)
                order.push_back(i);
        });
        QTRY_COMPARE(fixture.pool->snapshot().waiting, i + 1);
    }
    std::move(*held).release();
    for (std::thread& caller : callers)
        caller.join();
    QCOMPARE(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

void TestPool::acquireEndsByItsDeadlineWithTheNumbers()
{
    PoolFixture fixture(sized(1, 1));
    const auto held = fixture.pool->acquire();
    auto late = acquireLater(fixture, "late", 200ms);
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    fixture.time->advance(199ms);
    QVERIFY(!ready(late));
    fixture.time->advance(1ms);
    const auto result = late.get();
    QVERIFY(!result);
    QCOMPARE(result.error().reason, AcquireFailure::Timeout);
    QCOMPARE(result.error().waited, 200ms);
    QCOMPARE(result.error().active, 1);
    QCOMPARE(result.error().idle, 0);
    QCOMPARE(result.error().total(), 1);
    QCOMPARE(result.error().maxSize, 1);
    QVERIFY(describe(result.error()).find("active 1") != std::string::npos);
    QCOMPARE(fixture.pool->snapshot().timedOut, std::uint64_t{1});
    QTRY_COMPARE(fixture.count(EventKind::AcquireFailed), 1);
}

void TestPool::aWaiterThatGaveUpLeavesNothingBehind()
{
    PoolFixture fixture(sized(1, 1));
    auto held = fixture.pool->acquire();
    auto late = acquireLater(fixture, "late", 100ms);
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    fixture.time->advance(100ms);
    QVERIFY(!late.get());
    QCOMPARE(fixture.pool->snapshot().waiting, 0);
    std::move(*held).release();
    QVERIFY(fixture.pool->acquire().has_value());
}

void TestPool::aConnectionUsedJustNowIsLentWithoutARoundTrip()
{
    PoolFixture fixture(sized(1, 2));
    {
        const auto lease = fixture.pool->acquire();
    }
    const auto again = fixture.pool->acquire();
    QVERIFY(again.has_value());
    QCOMPARE(fixture.server->calls(StubServer::Step::Validate), 0);
}

void TestPool::aConnectionIdleForLongIsValidatedFirst()
{
    PoolFixture fixture(sized(1, 2));
    {
        const auto lease = fixture.pool->acquire();
    }
    fixture.time->advance(1s); // beyond the bypass window of 0.5 s
    const auto again = fixture.pool->acquire();
    QVERIFY(again.has_value());
    QCOMPARE(fixture.server->calls(StubServer::Step::Validate), 1);
}

void TestPool::aDeadConnectionIsReplacedWithoutAnErrorForTheCaller()
{
    PoolFixture fixture(sized(3, 3));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 3);
    fixture.server->kill(1, linkLost());
    fixture.time->advance(2ms); // one that was in use a moment ago is not looked at
    std::vector<tl::expected<Lease, AcquireError>> leases;
    for (int i = 0; i < 3; ++i) {
        leases.push_back(fixture.pool->acquire("caller", 60s));
        QVERIFY(leases.back().has_value());
    }
    QTRY_COMPARE(fixture.server->live(), 3);
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Lost)], std::uint64_t{1});
    QCOMPARE(fixture.pool->snapshot().failed, std::uint64_t{0});
    QCOMPARE(fixture.pool->snapshot().recreated, std::uint64_t{0}); // the others were well
}

void TestPool::aValidationThatHangsEndsByItsLimit()
{
    PoolOptions options = sized(1, 2);
    options.validationTimeout = 300ms;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    fixture.time->advance(1s);
    fixture.server->stall(StubServer::Step::Validate);
    auto caller = acquireLater(fixture, "caller", 5s);
    QTRY_COMPARE(fixture.server->stalled(StubServer::Step::Validate), 1);
    fixture.time->advance(300ms);
    QVERIFY(caller.get().has_value()); // a new connection took its place
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Invalid)], std::uint64_t{1});
}

void TestPool::aBrokenLeaseIsDiscarded()
{
    PoolFixture fixture(sized(1, 1));
    {
        const auto lease = fixture.pool->acquire();
        fixture.server->killAll(serverError("57P01", "terminating connection due to administrator command"));
    }
    QVERIFY(fixture.pool->acquire("next", 60s).has_value());
    QCOMPARE(fixture.server->opened(), 2);
    QTRY_COMPARE(fixture.count(EventKind::ConnectionLost), 1);
    const auto lost = fixture.events(EventKind::ConnectionLost);
    QCOMPARE(lost.front().sqlState, std::string("57P01"));
}

void TestPool::aDiscardedLeaseIsClosed()
{
    PoolFixture fixture(sized(1, 1));
    {
        auto lease = fixture.pool->acquire();
        lease->discard();
    }
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Discarded)], std::uint64_t{1});
    QTRY_COMPARE(fixture.server->opened(), 2);
}

void TestPool::softResetReplacesIdleConnectionsAndLetsLeasesFinish()
{
    PoolFixture fixture(sized(3, 3));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 3);
    auto lease = fixture.pool->acquire();
    fixture.pool->softReset("ops");
    QCOMPARE(fixture.pool->snapshot().generation, std::uint64_t{2});
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    QCOMPARE(fixture.server->opened(), 5);
    QCOMPARE(fixture.server->aborted(), 0);
    QCOMPARE(fixture.pool->snapshot().active, 1);
    std::move(*lease).release();
    QTRY_COMPARE(fixture.server->opened(), 6);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 3);
    QCOMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::SoftReset)], std::uint64_t{3});
    const auto told = fixture.events(EventKind::SoftReset);
    QCOMPARE(told.size(), std::size_t{1});
    QVERIFY(told.front().text.find("by ops") != std::string::npos);
}

void TestPool::aConnectionThatWasBeingOpenedIsClosedForTheResetsReason()
{
    for (const bool hard : {false, true}) {
        PoolFixture fixture(sized(0, 1));
        fixture.server->stall(StubServer::Step::Open);
        auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire(); });
        QTRY_COMPARE(fixture.server->stalled(StubServer::Step::Open), 1);
        hard ? fixture.pool->hardReset("ops") : fixture.pool->softReset("ops");
        fixture.server->resume(StubServer::Step::Open);
        const auto reason = static_cast<std::size_t>(hard ? CloseReason::HardReset : CloseReason::SoftReset);
        QTRY_COMPARE(fixture.pool->snapshot().closed[reason], std::uint64_t{1});
        QVERIFY(caller.get().has_value());
    }
}

void TestPool::hardResetCutsLeases()
{
    PoolFixture fixture(sized(2, 2));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    auto lease = fixture.pool->acquire();
    fixture.pool->hardReset("ops");
    QCOMPARE(fixture.server->aborted(), 1);
    std::move(*lease).release();
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::HardReset)], std::uint64_t{2});
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    QTRY_COMPARE(fixture.count(EventKind::HardReset), 1);
}

void TestPool::shutdownWakesWaitersRefusesCallersAndWaitsForLeases()
{
    PoolFixture fixture(sized(1, 1));
    auto held = fixture.pool->acquire();
    auto waiting = acquireLater(fixture, "waiting", 60s);
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    auto closing = std::async(std::launch::async, [&] { return fixture.pool->shutdown(); });
    QCOMPARE(waiting.get().error().reason, AcquireFailure::ShuttingDown);
    QCOMPARE(fixture.pool->acquire().error().reason, AcquireFailure::ShuttingDown);
    QVERIFY(!ready(closing));
    std::move(*held).release();
    QVERIFY(closing.get());
    QCOMPARE(fixture.server->live(), 0);
    QCOMPARE(fixture.pool->snapshot().state, PoolState::Closed);
    QCOMPARE(fixture.pool->snapshot().total(), 0);
}

void TestPool::shutdownCutsLeasesThatDoNotComeBack()
{
    PoolFixture fixture(sized(2, 2));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    auto held = fixture.pool->acquire();
    auto closing = std::async(std::launch::async, [&] { return fixture.pool->shutdown(); });
    QTRY_COMPARE(fixture.server->live(), 1);
    QVERIFY(!ready(closing));
    fixture.time->advance(10s);
    QVERIFY(!closing.get());
    QVERIFY(!fixture.pool->shutdown()); // and says so again
    QCOMPARE(fixture.server->aborted(), 1);
    std::move(*held).release();
    QCOMPARE(fixture.server->live(), 0);
    QCOMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Shutdown)], std::uint64_t{2});
}

void TestPool::shutdownEndsAnAttemptToConnectAndOpensNothing()
{
    PoolFixture fixture(sized(0, 2));
    fixture.server->stall(StubServer::Step::Open);
    auto caller = acquireLater(fixture, "caller", 60s);
    QTRY_COMPARE(fixture.server->stalled(StubServer::Step::Open), 1);
    QVERIFY(fixture.pool->shutdown());
    QCOMPARE(caller.get().error().reason, AcquireFailure::ShuttingDown);
    QCOMPARE(fixture.server->openAttempts(), 1);
    QCOMPARE(fixture.server->opened(), 0);
}

void TestPool::aLeaseMayOutliveThePool()
{
    PoolOptions options = sized(1, 1);
    options.shutdownTimeout = 0ms;
    PoolFixture fixture(options);
    auto held = fixture.pool->acquire();
    QVERIFY(held.has_value());
    fixture.pool.reset();
    QCOMPARE(fixture.server->live(), 1);
    std::move(*held).release();
    QCOMPARE(fixture.server->live(), 0);
}

void TestPool::movedLeasesGoBackOnce()
{
    PoolFixture fixture(sized(1, 2));
    {
        auto first = fixture.pool->acquire();
        Lease moved = std::move(*first);
        auto second = fixture.pool->acquire();
        moved = std::move(*second); // gives the first back
        QCOMPARE(fixture.pool->snapshot().active, 1);
    }
    QCOMPARE(fixture.pool->snapshot().active, 0);
    QCOMPARE(fixture.pool->snapshot().idle, 2);
}

void TestPool::aLeaseThatWasReleasedCannotBeUsed()
{
    const auto misuse = [](const std::function<void(Lease&)>& use) {
        return lastWords([&use] {
            PoolFixture fixture(sized(1, 1));
            auto lease = fixture.pool->acquire();
            std::move(*lease).release();
            use(*lease); // NOLINT(bugprone-use-after-move): what a linter would stop
        });
    };
    const std::string told = "a lease was used after it had been released or moved from";
    QVERIFY(misuse([](Lease& lease) { (void)lease.session(); }).find(told) != std::string::npos);
    QVERIFY(misuse([](Lease& lease) { (void)lease.connection(); }).find(told) != std::string::npos);
    QVERIFY(misuse([](Lease& lease) { lease.setDeadline(Clock::now()); }).find(told) != std::string::npos);
    QCOMPARE(misuse([](Lease& lease) { std::move(lease).release(); }), std::string()); // twice does no harm
}

QTEST_GUILESS_MAIN(TestPool)
#include "tst_pool.moc"
