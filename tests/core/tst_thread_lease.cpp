// SPDX-License-Identifier: Apache-2.0
#include "core/pool/thread_lease.h"

#include "tests/support/last_words.h"
#include "tests/support/pool_fixture.h"

#include <QtTest>
#include <csignal>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <type_traits>
#include <unistd.h>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

// What the compiler refuses.
template <typename T>
concept MadeOnHeap = requires(Pool& pool)
{
    new T(pool);
};
template <typename T>
concept Releasable = requires(T& lease)
{
    std::move(lease).release();
};

static_assert(!std::is_copy_constructible_v<ThreadLease> && !std::is_move_constructible_v<ThreadLease>);
static_assert(!std::is_copy_assignable_v<ThreadLease> && !std::is_move_assignable_v<ThreadLease>);
static_assert(!MadeOnHeap<ThreadLease>);
static_assert(
    Releasable<Lease> && !Releasable<std::remove_reference_t<decltype(std::declval<ThreadLease&>().lease())>>);

int depthReached(Pool& pool, int depth)
{
    const ThreadLease lease(pool, "depth " + std::to_string(depth), 0ms);
    return lease && depth > 1 ? 1 + depthReached(pool, depth - 1) : (lease ? 1 : 0);
}

} // namespace

class TestThreadLease : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void nestedCallsShareOneConnection();
    void theEndOfTheOutermostScopeReleasesIt();
    void anotherPoolHasItsOwn();
    void anotherThreadHasItsOwn();
    void aFailedAcquireIsToldAndTheNextOneTriesAgain();
    void anExceptionReleasesIt();
    void discardInANestedScopeClosesItAfterTheOutermost();
    void aNestedDeadlineEndsWithItsScope();
    void aNestedDeadlineNeverOutlastsTheOneAround();
    void aPoolMadeWhereAnotherWasHasItsOwn();
    void useByAnotherThreadAborts();
    void useWithoutAConnectionAborts();
};

void TestThreadLease::nestedCallsShareOneConnection()
{
    PoolFixture fixture(sized(1, 1));
    const ThreadLease outer(*fixture.pool, "outer");
    QVERIFY(outer);
    QVERIFY(!outer.shares());
    const ThreadLease inner(*fixture.pool, "inner", 0ms); // the only connection is out: it would get none of its own
    QVERIFY(inner);
    QVERIFY(inner.shares());
    QCOMPARE(&inner.session(), &outer.session());
    QCOMPARE(depthReached(*fixture.pool, 100), 100);
    QCOMPARE(fixture.pool->snapshot().acquired, std::uint64_t{1});
    QCOMPARE(fixture.pool->snapshot().oldestHolder, std::string("outer"));
}

void TestThreadLease::theEndOfTheOutermostScopeReleasesIt()
{
    PoolFixture fixture(sized(1, 2));
    {
        const ThreadLease outer(*fixture.pool);
        {
            const ThreadLease inner(*fixture.pool);
            QVERIFY(outer && inner);
        }
        QCOMPARE(fixture.pool->snapshot().active, 1);
    }
    QCOMPARE(fixture.pool->snapshot().active, 0);
    const ThreadLease next(*fixture.pool);
    QVERIFY(!next.shares());
    QCOMPARE(fixture.pool->snapshot().acquired, std::uint64_t{2});
}

void TestThreadLease::anotherPoolHasItsOwn()
{
    PoolFixture orders(sized(1, 1), "orders");
    PoolFixture stock(sized(1, 1), "stock");
    const ThreadLease one(*orders.pool);
    {
        const ThreadLease other(*stock.pool);
        QVERIFY(one && other);
        QVERIFY(!other.shares());
        QVERIFY(&one.session() != &other.session());
        const ThreadLease again(*orders.pool);
        QCOMPARE(&again.session(), &one.session());
    }
    QCOMPARE(stock.pool->snapshot().active, 0);
    QCOMPARE(orders.pool->snapshot().active, 1);
}

void TestThreadLease::anotherThreadHasItsOwn()
{
    PoolFixture fixture(sized(2, 2));
    const ThreadLease mine(*fixture.pool);
    QVERIFY(mine);
    bool shared = true;
    const Session* its = nullptr;
    std::thread([&] {
        const ThreadLease lease(*fixture.pool);
        shared = !lease || lease.shares();
        its = lease ? &lease.session() : nullptr;
    }).join();
    QVERIFY(!shared);
    QVERIFY(its != nullptr && its != &mine.session());
    QCOMPARE(fixture.pool->snapshot().active, 1);
}

void TestThreadLease::aFailedAcquireIsToldAndTheNextOneTriesAgain()
{
    PoolFixture fixture(sized(1, 1));
    auto held = fixture.pool->acquire("somebody");
    const ThreadLease outer(*fixture.pool, "late", 0ms);
    QVERIFY(!outer);
    QCOMPARE(outer.error().reason, AcquireFailure::Timeout);
    QCOMPARE(outer.error().oldestHolder, std::string("somebody"));
    std::move(*held).release();
    const ThreadLease inner(*fixture.pool, "in time");
    QVERIFY(inner && !inner.shares());
}

void TestThreadLease::anExceptionReleasesIt()
{
    PoolFixture fixture(sized(1, 1));
    try {
        const ThreadLease outer(*fixture.pool);
        const ThreadLease inner(*fixture.pool);
        throw 42;
    } catch (int) {
    }
    QCOMPARE(fixture.pool->snapshot().active, 0);
    QCOMPARE(depthReached(*fixture.pool, 2), 2);
}

void TestThreadLease::discardInANestedScopeClosesItAfterTheOutermost()
{
    PoolFixture fixture(sized(1, 1));
    {
        const ThreadLease outer(*fixture.pool);
        {
            ThreadLease inner(*fixture.pool);
            inner.discard();
        }
        QCOMPARE(fixture.pool->snapshot().active, 1);
        QVERIFY(!outer.lease().wasCut());
    }
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Discarded)], std::uint64_t{1});
}

void TestThreadLease::aNestedDeadlineEndsWithItsScope()
{
    PoolFixture fixture(sized(1, 1));
    const ThreadLease outer(*fixture.pool);
    {
        ThreadLease inner(*fixture.pool);
        inner.setDeadline(fixture.time->now() + 1s);
    }
    fixture.time->advance(2s);
    QVERIFY(!QTest::qWaitFor([&] { return outer.lease().wasCut(); }, 30));
    ThreadLease inner(*fixture.pool);
    inner.setDeadline(fixture.time->now() + 1s);
    fixture.time->advance(1s);
    QTRY_VERIFY(outer.lease().wasCut());
}

void TestThreadLease::aNestedDeadlineNeverOutlastsTheOneAround()
{
    PoolFixture fixture(sized(1, 1));
    ThreadLease outer(*fixture.pool);
    ThreadLease inner(*fixture.pool);
    outer.setDeadline(fixture.time->now() + 1s);
    inner.setDeadline(fixture.time->now() + 1min);
    fixture.time->advance(1s);
    QTRY_VERIFY(inner.lease().wasCut());
}

void TestThreadLease::aPoolMadeWhereAnotherWasHasItsOwn()
{
    PoolOptions hasty = sized(1, 1);
    hasty.shutdownTimeout = 0ms;
    const auto server = StubServer::make();
    const auto setup = [&] { return PoolSetup{"short", hasty, server->connector(), {}, {}, {}}; };
    std::optional<Pool> pool;
    const ThreadLease old(pool.emplace(setup()));
    QVERIFY(old);
    const ThreadLease young(pool.emplace(setup())); // at the same address
    QVERIFY(young && !young.shares());
    QVERIFY(old.lease().wasCut());
}

void TestThreadLease::useByAnotherThreadAborts()
{
    const std::string words = lastWords([] {
        PoolFixture fixture(sized(1, 1));
        const ThreadLease lease(*fixture.pool);
        std::thread([&] { (void)lease.session(); }).join();
    });
    QCOMPARE(words, std::string("lifeguard: a thread lease was used by another thread than the one that made it\n"));
}

void TestThreadLease::useWithoutAConnectionAborts()
{
    const std::string words = lastWords([] {
        PoolFixture fixture(sized(1, 1));
        const auto held = fixture.pool->acquire();
        const ThreadLease lease(*fixture.pool, {}, 0ms);
        (void)lease.session();
    });
    QCOMPARE(words, std::string("lifeguard: a thread lease was used that had got no connection\n"));
}

QTEST_GUILESS_MAIN(TestThreadLease)
#include "tst_thread_lease.moc"
