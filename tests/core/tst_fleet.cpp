// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/fleet.h"

#include "tests/support/fleet_fixture.h"
#include "tests/support/manual_time.h"

#include <QtTest>

#include <atomic>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 30'000; // ms, for conditions on a busy machine

} // namespace

class TestFleet : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void anEmptyFleetHasASnapshotAtOnce();
    void anApplicationIsInTheGravestEnvironmentOfItsServer();
    void anOpenedProfileBecomesAHealthyPool();
    void snapshotsFlowInOrderAndAddUp();
    void samplesThatCameTooLateAreCounted();
    void applicationsAreSeenWithoutBeingTouched();
    void poolsOfOneServerShareItsMonitor();
    void aServerThatHangsMakesHealthStaleWhileSamplingGoesOn();
    void historyIsRecorded();
    void aPoolThatWasClosedIsGone();
    void latencyAndFailuresOfThePoolAreShown();
    void verdictSinceIsKeptWhileTheHealthStays();
    void shutdownEndsInTimeWhileAProbeHangs();
    void shutdownClosesAllPoolsAtTheSameTime();
    void nobodyIsCalledAfterShutdown();
};

void TestFleet::anEmptyFleetHasASnapshotAtOnce()
{
    FleetFixture fixture;
    QVERIFY(fixture.fleet->snapshot() != nullptr);
    QVERIFY(fixture.fleet->snapshot()->pools.empty());
    QTRY_VERIFY_WITH_TIMEOUT(fixture.fleet->snapshot()->sequence > 3, kPatience);
}

void TestFleet::anOpenedProfileBecomesAHealthyPool()
{
    FleetFixture fixture;
    const CommandOutcome opened = fixture.open("orders");
    QVERIFY2(opened.ok, opened.summary.c_str());
    QVERIFY(opened.summary.find("db/orders") != std::string::npos);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.health("orders"), PoolHealth::Healthy, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.view("orders").serverVersion.empty(), kPatience);
    const PoolView view = fixture.view("orders");
    QCOMPARE(view.kind, PoolKind::Managed);
    QCOMPARE(view.target, std::string("db/orders"));
    QCOMPARE(view.limit(), 10);
    QCOMPARE(view.checks.size(), kCheckKinds);
    QVERIFY(fixture.fleet->pool("orders") != nullptr);
    QVERIFY(fixture.fleet->pool("nobody") == nullptr);
    QCOMPARE(fixture.events(EventKind::PoolOpened).front().pool, std::string("orders"));
}

void TestFleet::snapshotsFlowInOrderAndAddUp()
{
    FleetFixture fixture;
    std::mutex mutex;
    std::vector<FleetSnapshotPtr> seen;
    fixture.fleet->setSnapshotListener([&](const FleetSnapshotPtr& snapshot) {
        const std::lock_guard lock(mutex);
        seen.push_back(snapshot);
    });
    fixture.open("orders");
    const auto lease = fixture.fleet->pool("orders")->acquire();
    QVERIFY(lease.has_value());
    const auto count = [&] {
        const std::lock_guard lock(mutex);
        return seen.size();
    };
    const std::size_t before = count();
    QTRY_VERIFY_WITH_TIMEOUT(count() > before + 10, kPatience);
    fixture.fleet->setSnapshotListener({});
    for (std::size_t i = 1; i < seen.size(); ++i) {
        QCOMPARE(seen[i]->sequence, seen[i - 1]->sequence + 1);
        QVERIFY(seen[i]->at > seen[i - 1]->at);
    }
    for (const FleetSnapshotPtr& snapshot : seen)
        for (const PoolView& pool : snapshot->pools) {
            QCOMPARE(pool.total(), pool.active() + pool.idle() + pool.managed->opening + pool.managed->closing);
            QVERIFY(pool.total() <= pool.limit());
        }
    QCOMPARE(seen.back()->find("orders")->active(), 1);
}

void TestFleet::samplesThatCameTooLateAreCounted()
{
    const auto time = std::make_shared<ManualTime>();
    Fleet fleet(FleetOptions{}, std::make_shared<FakeDriver>(time), time);
    // The sampler looks at the time once more after a sample; from then on it waits for the next one.
    const auto waitsAfter = [&](std::uint64_t sample) {
        return QTest::qWaitFor([&] { return fleet.snapshot()->sequence == sample; }, kPatience)
               && QTest::qWaitFor([&, before = time->waits()] { return time->waits() > before; }, kPatience);
    };
    QVERIFY(waitsAfter(1));
    time->advance(1s); // four samples are due: one is made, late
    QVERIFY(waitsAfter(2));
    time->advance(250ms);
    QTRY_COMPARE_WITH_TIMEOUT(fleet.snapshot()->sequence, std::uint64_t{3}, kPatience);
    QCOMPARE(fleet.snapshot()->missedSamples, std::uint64_t{3});
    QCOMPARE(fleet.snapshot()->interval, 250ms);
}

void TestFleet::applicationsAreSeenWithoutBeingTouched()
{
    FleetFixture fixture;
    ServerActivity activity;
    activity.version = "15.18";
    activity.maxConnections = 100;
    activity.usedConnections = 12;
    activity.backends = {backend(11, "web", "active"), backend(12, "web", "idle"), backend(13, "", "idle")};
    fixture.driver->server("db")->setActivity(activity);
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const PoolView view = fixture.view(fixture.keyOf("web"));
    QCOMPARE(view.kind, PoolKind::Observed);
    QCOMPARE(view.name, std::string("web"));
    QCOMPARE(view.active(), 1);
    QCOMPARE(view.idle(), 1);
    QCOMPARE(view.limit(), 0);
    QCOMPARE(view.verdict.health, PoolHealth::Healthy);
    QCOMPARE(fixture.fleet->snapshot()->pools.front().key, std::string("orders")); // managed first
    QCOMPARE(fixture.fleet->snapshot()->pools.size(), std::size_t{3});
    QCOMPARE(fixture.fleet->snapshot()->servers.front().usedConnections, 12);
}

void TestFleet::poolsOfOneServerShareItsMonitor()
{
    FleetFixture fixture;
    fixture.open("orders");
    fixture.open("billing", "db/billing");
    fixture.open("elsewhere", "other/orders");
    const std::shared_ptr<FakeServer> server = fixture.driver->server("db");
    const int before = server->checks();
    QTRY_VERIFY_WITH_TIMEOUT(server->checks() > before + 10, kPatience);
    QCOMPARE(server->mostAtOnce(), 1); // never two probes at once
    QTRY_COMPARE_WITH_TIMEOUT(fixture.fleet->snapshot()->servers.size(), std::size_t{2}, kPatience);
}

void TestFleet::aServerThatHangsMakesHealthStaleWhileSamplingGoesOn()
{
    FleetFixture fixture;
    fixture.open("orders");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.health("orders"), PoolHealth::Healthy, kPatience);
    fixture.driver->server("db")->hang();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.driver->server("db")->hanging(), 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.health("orders"), PoolHealth::Stale, kPatience);
    QVERIFY(fixture.view("orders").verdict.reason.find("has not answered for") != std::string::npos);
    const std::uint64_t sequence = fixture.fleet->snapshot()->sequence;
    QTRY_VERIFY_WITH_TIMEOUT(fixture.fleet->snapshot()->sequence > sequence + 3, kPatience);
    fixture.driver->server("db")->resume();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.health("orders"), PoolHealth::Healthy, kPatience);
}

void TestFleet::historyIsRecorded()
{
    FleetFixture fixture;
    fixture.open("orders");
    QTRY_VERIFY_WITH_TIMEOUT(fixture.fleet->history().since("orders", WallTime{}).size() > 3, kPatience);
    QCOMPARE(int{fixture.fleet->history().since("orders", WallTime{}).back().limit}, 10);
}

void TestFleet::aPoolThatWasClosedIsGone()
{
    FleetFixture fixture;
    fixture.open("orders");
    const CommandOutcome closed = fixture.run(ClosePool{"orders"});
    QVERIFY2(closed.ok, closed.summary.c_str());
    QVERIFY(fixture.fleet->pool("orders") == nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.fleet->snapshot()->pools.empty(), kPatience);
    QVERIFY(fixture.fleet->snapshot()->servers.empty()); // nobody needs its monitor any more
    QCOMPARE(fixture.driver->server("db")->sessions->live(), 0);
    QVERIFY(fixture.open("orders").ok); // the name is free again
}

void TestFleet::latencyAndFailuresOfThePoolAreShown()
{
    FleetFixture fixture;
    Profile small = FleetFixture::profile("small");
    small.options.maxSize = 1;
    QVERIFY(fixture.run(OpenProfile{small, {}}).ok);
    const std::shared_ptr<Pool> pool = fixture.fleet->pool("small");
    const auto lease = pool->acquire("tester", 30s);
    QVERIFY(lease.has_value());
    QVERIFY(!pool->acquire("too many", 1ms).has_value());
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view("small").failuresLast5Min, 1, kPatience);
    QVERIFY(fixture.view("small").acquire.samples <= 1);
}

void TestFleet::verdictSinceIsKeptWhileTheHealthStays()
{
    FleetFixture fixture;
    fixture.open("orders");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.health("orders"), PoolHealth::Healthy, kPatience);
    const Verdict before = fixture.view("orders").verdict;
    const std::uint64_t sequence = fixture.fleet->snapshot()->sequence;
    QTRY_VERIFY_WITH_TIMEOUT(fixture.fleet->snapshot()->sequence > sequence + 3, kPatience);
    const PoolView after = fixture.view("orders");
    if (after.verdict.health == before.health) // a machine that stood still may have made it stale meanwhile
        QVERIFY(after.verdict.since == before.since);
    fixture.driver->server("db")->setChecks(HealthStatus::Failing, "57P03 starting up", "57P03");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.health("orders"), PoolHealth::Failing, kPatience);
    QVERIFY(fixture.view("orders").verdict.since > before.since);
}

void TestFleet::shutdownEndsInTimeWhileAProbeHangs()
{
    FleetFixture fixture;
    fixture.open("orders");
    fixture.driver->server("db")->hang();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.driver->server("db")->hanging(), 1, kPatience);
    QElapsedTimer timer;
    timer.start();
    fixture.fleet->shutdown();
    QVERIFY(timer.elapsed() < 20'000); // the probe's time-out is 1 s
    QCOMPARE(fixture.driver->server("db")->hanging(), 0);
    QCOMPARE(fixture.driver->server("db")->sessions->live(), 0);
    fixture.fleet->shutdown(); // once more does nothing
}

void TestFleet::shutdownClosesAllPoolsAtTheSameTime()
{
    FleetFixture fixture;
    std::vector<Lease> leases;
    constexpr int kPools = 10;
    for (int i = 0; i < kPools; ++i) {
        Profile profile = FleetFixture::profile("pool " + std::to_string(i));
        profile.options.shutdownTimeout = 2s;
        QVERIFY(fixture.run(OpenProfile{profile, {}}).ok);
        auto lease = fixture.fleet->pool(profile.name)->acquire("forgetful", 30s);
        QVERIFY(lease.has_value());
        leases.push_back(std::move(*lease));
    }
    QElapsedTimer timer;
    timer.start();
    fixture.fleet->shutdown();
    QVERIFY(timer.elapsed() >= 1'900);             // each waited for its lease
    QVERIFY(timer.elapsed() < 2'000 * kPools / 2); // but not one after the other
    QCOMPARE(fixture.driver->server("db")->sessions->aborted(), kPools);
    leases.clear();
    QCOMPARE(fixture.driver->server("db")->sessions->live(), 0);
}

void TestFleet::nobodyIsCalledAfterShutdown()
{
    FleetFixture fixture;
    std::atomic<int> calls{0};
    fixture.fleet->setSnapshotListener([&calls](const FleetSnapshotPtr&) { ++calls; });
    fixture.fleet->setOutcomeListener([&calls](const CommandOutcome&) { ++calls; });
    fixture.fleet->submit(OpenProfile{FleetFixture::profile("orders"), {}});
    fixture.fleet->shutdown();
    const int after = calls;
    fixture.fleet->submit(ClosePool{"orders"});
    QCOMPARE(fixture.events(EventKind::CommandFailed).back().text,
             std::string("Closing \"orders\" was not begun: the console is shutting down"));
    QCOMPARE(calls.load(), after);
}

void TestFleet::anApplicationIsInTheGravestEnvironmentOfItsServer()
{
    FleetFixture fixture;
    ServerActivity activity;
    activity.backends = {backend(11, "web", "idle")};
    fixture.driver->server("db")->setActivity(activity);
    QVERIFY(fixture.open("orders").ok);
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.keyOf("web").empty(), kPatience);
    const PoolKey web = fixture.keyOf("web");
    QCOMPARE(fixture.view(web).environment, Environment::Development);
    Profile production = FleetFixture::profile("billing");
    production.environment = Environment::Production;
    QVERIFY(fixture.run(OpenProfile{production, {}}).ok);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.view(web).environment, Environment::Production, kPatience);
    QCOMPARE(fixture.view("billing").environment, Environment::Production);
    QCOMPARE(fixture.view("orders").environment, Environment::Development);
}

QTEST_GUILESS_MAIN(TestFleet)
#include "tst_fleet.moc"
