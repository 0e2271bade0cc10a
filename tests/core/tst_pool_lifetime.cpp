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

QTEST_GUILESS_MAIN(TestPoolLifetime)
#include "tst_pool_lifetime.moc"
