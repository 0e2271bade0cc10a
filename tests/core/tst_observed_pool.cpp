// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/observed_pool.h"

#include "core/fleet/seen_pools.h"
#include "tests/support/fake_driver.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestObservedPool : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void backendsAreGroupedByApplicationUserDatabaseAndHost();
    void everyBackendIsCountedOnce();
    void hiddenStatesAreNeitherActiveNorIdle();
    void theOldestOfEachKindIsKept();
    void keysOfDifferentPoolsDiffer();
    void aPoolWithoutConnectionsLingersAWhile();
};

void TestObservedPool::backendsAreGroupedByApplicationUserDatabaseAndHost()
{
    std::vector<Backend> backends{backend(1, "web", "idle"), backend(2, "cron", "idle"), backend(3, "web", "idle"),
                                  backend(4, "web", "idle", "billing"), backend(5, "web", "idle")};
    backends[4].clientHost = "local";
    const std::vector<ObservedPool> pools = groupBackends(backends);
    QCOMPARE(pools.size(), std::size_t{4});
    QCOMPARE(pools[0].application, std::string("cron"));
    QCOMPARE(pools[1].database, std::string("billing"));
    QCOMPARE(pools[2].clientHost, std::string("10.0.0.7"));
    QCOMPARE(pools[2].backends.size(), std::size_t{2});
    QCOMPARE(pools[3].clientHost, std::string("local"));
    QVERIFY(groupBackends({}).empty());
}

void TestObservedPool::everyBackendIsCountedOnce()
{
    const std::vector<ObservedPool> pools =
        groupBackends({backend(1, "web", "active"), backend(2, "web", "idle"), backend(3, "web", "idle in transaction"),
                       backend(4, "web", "idle in transaction (aborted)"), backend(5, "web", "fastpath function call"),
                       backend(6, "web", "")});
    QCOMPARE(pools.size(), std::size_t{1});
    QCOMPARE(pools[0].active, 2);
    QCOMPARE(pools[0].idle, 1);
    QCOMPARE(pools[0].idleInTransaction, 2);
    QCOMPARE(pools[0].total(), 6);
}

void TestObservedPool::hiddenStatesAreNeitherActiveNorIdle()
{
    const ObservedPool pool = groupBackends({backend(1, "web", "")}).front();
    QCOMPARE(pool.unreadable, 1);
    QCOMPARE(pool.active + pool.idle + pool.idleInTransaction, 0);
}

void TestObservedPool::theOldestOfEachKindIsKept()
{
    Backend working = backend(1, "web", "active");
    working.transactionAge = 90s;
    working.stateAge = 6s;
    working.waitingOnLock = true;
    Backend forgetful = backend(2, "web", "idle in transaction");
    forgetful.transactionAge = 50s;
    forgetful.stateAge = 41s;
    Backend resting = backend(3, "web", "idle");
    resting.stateAge = 1h;
    const ObservedPool pool = groupBackends({working, forgetful, resting}).front();
    QCOMPARE(pool.oldestTransaction, std::chrono::milliseconds{90s});
    QCOMPARE(pool.oldestIdleInTransaction, std::chrono::milliseconds{41s});
    QCOMPARE(pool.longestLockWait, std::chrono::milliseconds{6s});
    QCOMPARE(pool.waitingOnLock, 1);
}

void TestObservedPool::keysOfDifferentPoolsDiffer()
{
    ObservedPool one;
    one.application = "a|b";
    one.user = "c";
    ObservedPool other;
    other.application = "a";
    other.user = "b|c";
    QVERIFY(observedKey("db", one) != observedKey("db", other));
    QVERIFY(observedKey("db", one) != observedKey("db2", one));
    QCOMPARE(observedKey("db", one), observedKey("db", one));
}

void TestObservedPool::aPoolWithoutConnectionsLingersAWhile()
{
    ServerActivity activity;
    activity.at = TimePoint{} + 1h;
    activity.backends = {backend(1, "web", "idle")};
    std::vector<SeenPool> seen = mergeSeen({}, "db", activity);
    QCOMPARE(seen.size(), std::size_t{1});
    const PoolKey key = seen[0].key;

    activity.backends.clear();
    activity.at += kSeenPoolLinger;
    seen = mergeSeen(seen, "db", activity);
    QCOMPARE(seen.size(), std::size_t{1});
    QCOMPARE(seen[0].key, key);
    QCOMPARE(seen[0].pool.total(), 0);
    QVERIFY(seen[0].pool.backends.empty());

    activity.at += 1ms;
    QVERIFY(mergeSeen(seen, "db", activity).empty());
}

QTEST_GUILESS_MAIN(TestObservedPool)
#include "tst_observed_pool.moc"
