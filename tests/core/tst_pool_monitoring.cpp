// SPDX-License-Identifier: Apache-2.0
// What a monitoring system gets to see: events of every connection and lease, and metrics.
#include "core/pool/metrics.h"
#include "tests/support/pool_fixture.h"

#include <QtTest>

#include <future>
#include <map>
#include <thread>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Kind = ConnectionEventKind;

// Keeps what it hears. Any thread.
class Ear {
  public:
    std::function<void(const ConnectionEvent&)> listener()
    {
        return [this](const ConnectionEvent& event) {
            const std::lock_guard lock(m_mutex);
            m_heard.push_back(event);
        };
    }
    std::vector<ConnectionEvent> heard() const
    {
        const std::lock_guard lock(m_mutex);
        return m_heard;
    }
    std::vector<Kind> kinds() const
    {
        std::vector<Kind> kinds;
        for (const ConnectionEvent& each : heard())
            kinds.push_back(each.kind);
        return kinds;
    }
    std::optional<ConnectionEvent> last(Kind kind) const
    {
        std::optional<ConnectionEvent> found;
        for (const ConnectionEvent& each : heard())
            if (each.kind == kind)
                found = each;
        return found;
    }

  private:
    mutable std::mutex m_mutex; // guards m_heard
    std::vector<ConnectionEvent> m_heard;
};

const Metric* find(const std::vector<Metric>& metrics, const std::string& name, const std::string& attribute = {})
{
    for (const Metric& each : metrics)
        if (each.name == name && (attribute.empty() || each.attributes.back().second == attribute))
            return &each;
    return nullptr;
}

} // namespace

class TestPoolMonitoring : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyStepOfALeaseIsToldInItsOrder();
    void anAcquireThatFailsIsToldWithItsReason();
    void anOpeningThatFailsAndAResetAreTold();
    void aListenerMayAskThePool();
    void eventsKeepTheirOrderWhenSeveralThreadsCauseThem();
    void nobodyIsToldAfterThePoolIsGone();
    void everyChangeOfTheCircuitIsTold();
    void aSlowListenerKeepsACallerNoLongerThanItsOwnEvents();
    void metricsHaveOpenTelemetrysNames();
};

void TestPoolMonitoring::everyStepOfALeaseIsToldInItsOrder()
{
    Ear ear;
    PoolFixture fixture(sized(0, 1), "orders", 0.5, ear.listener());
    {
        const auto lease = fixture.pool->acquire();
        QCOMPARE(ear.last(Kind::Acquired)->connection, lease->connection());
        QTRY_VERIFY(ear.last(Kind::ConnectionReady).has_value()); // the opener may tell it after the caller was served
    }
    QCOMPARE(ear.last(Kind::Released)->connection, ear.last(Kind::ConnectionReady)->connection);
    fixture.pool->shutdown();
    QCOMPARE(*ear.last(Kind::ConnectionClosed)->closed, CloseReason::Shutdown);
    const std::vector<Kind> expected{Kind::PoolCreated,       Kind::PoolReady,        Kind::AcquireStarted,
                                     Kind::ConnectionCreated, Kind::ConnectionReady,  Kind::Acquired,
                                     Kind::Released,          Kind::ConnectionClosed, Kind::PoolClosed};
    std::vector<Kind> heard = ear.kinds();
    const auto ready = std::find(heard.begin(), heard.end(), Kind::ConnectionReady);
    const auto acquired = std::find(heard.begin(), heard.end(), Kind::Acquired);
    if (acquired < ready)
        std::iter_swap(acquired, ready);
    QVERIFY(heard == expected);
}

void TestPoolMonitoring::anAcquireThatFailsIsToldWithItsReason()
{
    Ear ear;
    PoolFixture fixture(sized(0, 1), "orders", 0.5, ear.listener());
    const auto held = fixture.pool->acquire();
    auto waits = std::async(std::launch::async, [&] { return fixture.pool->acquire({}, 3s).has_value(); });
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    fixture.time->advance(3s);
    QVERIFY(!waits.get());
    const auto told = ear.last(Kind::AcquireFailed);
    QVERIFY(told.has_value());
    QCOMPARE(*told->failure, AcquireFailure::Timeout);
    QCOMPARE(told->took, Duration{3s});
}

void TestPoolMonitoring::anOpeningThatFailsAndAResetAreTold()
{
    Ear ear;
    PoolFixture fixture(sized(1, 1), "orders", 0.5, ear.listener());
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    fixture.server->fail(StubServer::Step::Open, linkLost(), 1);
    fixture.pool->softReset("test");
    QTRY_VERIFY(ear.last(Kind::ConnectionFailed).has_value());
    QCOMPARE(ear.last(Kind::PoolCleared)->generation, std::uint64_t{1});
    QTRY_COMPARE(*ear.last(Kind::ConnectionClosed)->closed, CloseReason::SoftReset);
}

void TestPoolMonitoring::aListenerMayAskThePool()
{
    std::atomic<int> asked{0};
    std::atomic<Pool*> pool{nullptr};
    PoolFixture fixture(sized(0, 2), "orders", 0.5, [&](const ConnectionEvent&) {
        if (Pool* const there = pool) {
            (void)there->snapshot();
            ++asked;
        }
    });
    pool = fixture.pool.get();
    (void)fixture.pool->acquire();
    fixture.pool->softReset("test");
    QTRY_VERIFY(asked >= 6);
    pool = nullptr;
}

// Each of them is noted under the pool's lock with a number that grows; a listener that is slow at times must not be
// overtaken.
void TestPoolMonitoring::eventsKeepTheirOrderWhenSeveralThreadsCauseThem()
{
    std::vector<std::string> heard;
    std::atomic<int> inside{0};
    bool overlapped = false;
    PoolSetup setup;
    setup.name = "ordered";
    setup.options = sized(0, 1);
    setup.connector = StubServer::make()->connector();
    setup.onEvent = [&](const Event& event) { // no lock: one at a time
        overlapped = overlapped || ++inside > 1;
        if (event.kind == EventKind::SoftReset)
            heard.push_back(event.text);
        if (heard.size() % 7 == 0)
            std::this_thread::yield();
        --inside;
    };
    {
        Pool pool(std::move(setup));
        std::vector<std::future<void>> threads;
        for (int i = 0; i < 4; ++i)
            threads.push_back(std::async(std::launch::async, [&pool] {
                for (int round = 0; round < 500; ++round)
                    pool.softReset("test");
            }));
    }
    QVERIFY(!overlapped);
    QCOMPARE(heard.size(), std::size_t{2'000});
    for (std::size_t i = 0; i < heard.size(); ++i)
        QVERIFY2(heard[i].find("generation " + std::to_string(i + 1) + " ") != std::string::npos, heard[i].c_str());
}

void TestPoolMonitoring::nobodyIsToldAfterThePoolIsGone()
{
    std::atomic<bool> gone{false};
    std::atomic<int> late{0};
    PoolOptions options = sized(0, 1);
    options.shutdownTimeout = 0ms;
    auto fixture = std::make_unique<PoolFixture>(options, "orders", 0.5, [&](const ConnectionEvent&) {
        if (gone) {
            ++late;
        }
    });
    auto lease = fixture->pool->acquire();
    fixture->pool.reset();
    gone = true;
    std::move(*lease).release();
    QCOMPARE(late.load(), 0);
}

void TestPoolMonitoring::everyChangeOfTheCircuitIsTold()
{
    Ear ear;
    PoolOptions options = sized(0, 1);
    options.circuitOpenTime = 5s;
    PoolFixture fixture(options, "orders", 0.5, ear.listener());
    fixture.server->fail(StubServer::Step::Open, serverError("28P01", "wrong password"), 1);
    QVERIFY(!fixture.pool->acquire());
    QTRY_VERIFY(ear.last(Kind::CircuitOpened).has_value());
    fixture.pool->softReset("test");
    QTRY_VERIFY(ear.last(Kind::CircuitHalfOpened).has_value());
    QVERIFY(fixture.pool->acquire().has_value());
    QTRY_VERIFY(ear.last(Kind::CircuitClosed).has_value());
}

// Each of them would otherwise emit what all the others have noted meanwhile.
void TestPoolMonitoring::aSlowListenerKeepsACallerNoLongerThanItsOwnEvents()
{
    PoolSetup setup;
    setup.name = "told";
    setup.options = sized(0, 1);
    setup.connector = StubServer::make()->connector();
    std::mutex mutex;
    std::map<std::thread::id, int> told;
    setup.onEvent = [&](const Event&) {
        const TimePoint end = Clock::now() + 1ms;
        while (Clock::now() < end)
            ;
        const std::lock_guard lock(mutex);
        ++told[std::this_thread::get_id()];
    };
    Pool pool(std::move(setup));
    constexpr int kResets = 100;
    std::vector<std::future<std::thread::id>> threads;
    for (int i = 0; i < 4; ++i)
        threads.push_back(std::async(std::launch::async, [&pool] {
            for (int round = 0; round < kResets; ++round)
                pool.softReset("test");
            return std::this_thread::get_id();
        }));
    for (auto& each : threads) {
        const std::thread::id caller = each.get();
        const std::lock_guard lock(mutex);
        QVERIFY2(told[caller] <= kResets, std::to_string(told[caller]).c_str());
    }
}

void TestPoolMonitoring::metricsHaveOpenTelemetrysNames()
{
    PoolFixture fixture(sized(2, 5));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    const auto lease = fixture.pool->acquire();
    const auto metrics = metricsOf("orders", fixture.pool->snapshot(), fixture.pool->histograms());
    QCOMPARE(find(metrics, "db.client.connection.count", "idle")->value, 1.0);
    QCOMPARE(find(metrics, "db.client.connection.count", "used")->value, 1.0);
    QCOMPARE(find(metrics, "db.client.connection.max")->value, 5.0);
    QCOMPARE(find(metrics, "db.client.connection.idle.min")->value, 2.0);
    QCOMPARE(find(metrics, "db.client.connection.create_time")->value, 2.0);
    QCOMPARE(find(metrics, "db.client.connection.wait_time")->value, 1.0);
    QCOMPARE(find(metrics, "lifeguard.pool.closed", "lost")->value, 0.0);
    for (const Metric& each : metrics)
        QCOMPARE(each.attributes.front().second, std::string("orders"));
}

QTEST_GUILESS_MAIN(TestPoolMonitoring)
#include "tst_pool_monitoring.moc"
