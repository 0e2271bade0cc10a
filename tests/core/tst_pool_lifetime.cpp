// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pool_fixture.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestPoolLifetime : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void lifetimesAreSpreadByTheJitter_data();
    void lifetimesAreSpreadByTheJitter();
    void idleConnectionsAreClosedDownToTheMinimum();
    void connectionsAreRenewedAtTheEndOfTheirLife();
};

void TestPoolLifetime::lifetimesAreSpreadByTheJitter_data()
{
    QTest::addColumn<double>("jitter");
    QTest::addColumn<double>("random");
    QTest::addColumn<int>("minutes");
    QTest::newRow("none") << 0.0 << 1.0 << 100;
    QTest::newRow("longest") << 0.2 << 1.0 << 120;
    QTest::newRow("shortest") << 0.2 << 0.0 << 80;
}

void TestPoolLifetime::lifetimesAreSpreadByTheJitter()
{
    QFETCH(double, jitter);
    QFETCH(double, random);
    QFETCH(int, minutes);
    PoolOptions options;
    options.minSize = options.maxSize = 1;
    options.maxLifetime = 100min;
    options.lifetimeJitter = jitter;
    PoolFixture fixture(options, "orders", random);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    const auto renewed = [&fixture] {
        return fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::MaxLifetime)];
    };
    fixture.time->advance(std::chrono::minutes{minutes} - 1s);
    QVERIFY(!QTest::qWaitFor([&] { return renewed() > 0; }, 30));
    fixture.time->advance(2s);
    QTRY_COMPARE(renewed(), std::uint64_t{1});
}

void TestPoolLifetime::idleConnectionsAreClosedDownToTheMinimum()
{
    PoolFixture fixture(sized(1, 4));
    {
        std::vector<tl::expected<Lease, AcquireError>> leases;
        for (int i = 0; i < 4; ++i)
            leases.push_back(fixture.pool->acquire());
    }
    QCOMPARE(fixture.pool->snapshot().idle, 4);
    fixture.time->advance(fixture.pool->options().idleTimeout);
    QTRY_COMPARE(fixture.server->live(), 1);
    QCOMPARE(fixture.pool->snapshot().idle, 1);
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::IdleTimeout)], std::uint64_t{3});
}

void TestPoolLifetime::connectionsAreRenewedAtTheEndOfTheirLife()
{
    PoolFixture fixture(sized(2, 4));
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    fixture.time->advance(fixture.pool->options().maxLifetime);
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::MaxLifetime)], std::uint64_t{2});
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
}

QTEST_GUILESS_MAIN(TestPoolLifetime)
#include "tst_pool_lifetime.moc"
