// SPDX-License-Identifier: Apache-2.0
// What the maintenance thread watches: leases that are out for long, deadlines, the machine's sleep.
#include "tests/support/pool_fixture.h"

#include <QtTest>
#include <thread>
#include <unistd.h>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestPoolWatch : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aLongLeaseIsReportedOnceWithItsHolder();
    void aLeakReportNamesTheLastStatementWithoutItsValues();
    void anOperationIsCutAtItsDeadline();
    void anOperationWithoutADeadlineIsCutWhenNoAnswerComes();
    void aLeaseThatIsIdleOrGetsAnswersIsNotCut();
    void anOperationIsCutAtItsDeadlineWhileThePoolShutsDown();
    void aMachineThatSleptLooksAtItsConnectionsAgain();
    void aMachineThatSleptEndsNoConnectionByItsIdleTimeout();
};

void TestPoolWatch::aLongLeaseIsReportedOnceWithItsHolder()
{
    PoolFixture fixture(sized(1, 2));
    const int line = __LINE__ + 1;
    auto lease = fixture.pool->acquire("nightly job");
    fixture.time->advance(31s);
    QTRY_COMPARE(fixture.count(EventKind::LeakSuspected), 1);
    QVERIFY(fixture.events(EventKind::LeakSuspected).front().text.find("nightly job") != std::string::npos);
    const PoolSnapshot now = fixture.pool->snapshot();
    QCOMPARE(now.leakSuspects.size(), std::size_t{1});
    QCOMPARE(now.leakSuspects.front().holder, std::string("nightly job"));
    QCOMPARE(now.leakSuspects.front().held, 31'000ms);
    const std::string where = "tst_pool_watch.cpp:" + std::to_string(line);
    QCOMPARE(now.leakSuspects.front().where, where);
    QCOMPARE(now.leakSuspects.front().thread, static_cast<int>(gettid()));
    QVERIFY(fixture.events(EventKind::LeakSuspected).front().text.find(where) != std::string::npos);
    std::move(*lease).release();
    QCOMPARE(fixture.pool->snapshot().leakSuspects.size(), std::size_t{0});
    QCOMPARE(fixture.count(EventKind::LeakSuspected), 1);
}

void TestPoolWatch::aLeakReportNamesTheLastStatementWithoutItsValues()
{
    Pool* asked = nullptr; // from within the question, which deadlocks if a lock of the pool's is held then
    const auto statementOf = [&asked](int backendPid) {
        if (asked != nullptr)
            asked->histograms();
        if (asked != nullptr)
            asked->acquire({}, 0ms);
        return backendPid == 1'001 ? std::string("UPDATE users SET mail = 'a@b.c' WHERE id = $1") : std::string();
    };
    PoolFixture fixture(sized(1, 1), "orders", 0.5, {}, statementOf);
    const auto lease = fixture.pool->acquire("nightly job");
    QVERIFY(lease.has_value());
    asked = fixture.pool.get();
    fixture.time->advance(31s);
    QTRY_COMPARE(fixture.count(EventKind::LeakSuspected), 1);
    const std::string told = fixture.events(EventKind::LeakSuspected).front().text;
    QVERIFY2(told.ends_with("; its last statement: UPDATE users SET mail = ? WHERE id = $1"), told.c_str());
    const PoolSnapshot now = fixture.pool->snapshot();
    QCOMPARE(now.leakSuspects.size(), std::size_t{1});
    QCOMPARE(now.leakSuspects.front().backendPid, 1'001);
    QCOMPARE(now.leakSuspects.front().statement, std::string("UPDATE users SET mail = ? WHERE id = $1"));
}

void TestPoolWatch::anOperationIsCutAtItsDeadline()
{
    PoolFixture fixture(sized(1, 10));
    auto lease = fixture.pool->acquire("slow report");
    QVERIFY(lease.has_value());
    lease->setDeadline(fixture.time->now() + 700ms);
    fixture.time->advance(699ms);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->aborted() > 0; }, 30));
    fixture.time->advance(1ms);
    QTRY_COMPARE(fixture.server->aborted(), 1);
    QTRY_COMPARE(fixture.count(EventKind::OperationTimedOut), 1);
    QVERIFY(fixture.events(EventKind::OperationTimedOut).front().text.find("slow report") != std::string::npos);
    std::move(*lease).release();
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Deadline)], std::uint64_t{1});
    QTRY_COMPARE(fixture.pool->snapshot().idle, 1);
    auto next = fixture.pool->acquire(); // has no deadline of the one before
    fixture.time->advance(1s);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->aborted() > 1; }, 30));
}

void TestPoolWatch::anOperationWithoutADeadlineIsCutWhenNoAnswerComes()
{
    PoolFixture fixture(sized(1, 10));
    auto lease = fixture.pool->acquire("hung");
    fixture.time->advance(1h); // idle within the lease
    fixture.server->setAnswersWhileBusy(7);
    fixture.time->advance(250ms); // the look that sees it begin
    QTRY_COMPARE(fixture.server->busyLooks() > 1, true);
    fixture.time->advance(34'999ms);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->aborted() > 0; }, 30));
    fixture.time->advance(251ms);
    QTRY_COMPARE(fixture.server->aborted(), 1);
    QTRY_COMPARE(fixture.count(EventKind::OperationTimedOut), 1);
    std::move(*lease).release();
    QTRY_COMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Deadline)], std::uint64_t{1});
}

void TestPoolWatch::aLeaseThatIsIdleOrGetsAnswersIsNotCut()
{
    PoolFixture fixture(sized(1, 10));
    auto lease = fixture.pool->acquire("long report");
    for (std::uint64_t answers = 1; answers < 20; ++answers) {
        fixture.server->setAnswersWhileBusy(answers);
        const int looks = fixture.server->busyLooks();
        fixture.time->advance(30s);
        QTRY_VERIFY(fixture.server->busyLooks() > looks);
    }
    fixture.server->setAnswersWhileBusy(std::nullopt);
    const int looks = fixture.server->busyLooks();
    fixture.time->advance(1h);
    QTRY_VERIFY(fixture.server->busyLooks() > looks);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.server->aborted() > 0; }, 30));
}

void TestPoolWatch::anOperationIsCutAtItsDeadlineWhileThePoolShutsDown()
{
    PoolFixture fixture(sized(1, 1)); // its shutdown waits for 10 s
    auto lease = fixture.pool->acquire("slow report");
    lease->setDeadline(fixture.time->now() + 700ms);
    std::thread closing([&] { fixture.pool->shutdown(); });
    QTRY_COMPARE(fixture.pool->snapshot().state, PoolState::ShuttingDown);
    fixture.time->advance(700ms);
    const bool cut = QTest::qWaitFor([&] { return lease->wasCut(); });
    std::move(*lease).release();
    closing.join();
    QVERIFY(cut);
    QCOMPARE(fixture.count(EventKind::OperationTimedOut), 1);
    QCOMPARE(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Deadline)], std::uint64_t{1});
}

void TestPoolWatch::aMachineThatSleptLooksAtItsConnectionsAgain()
{
    PoolFixture fixture(sized(1, 10));
    {
        const auto lease = fixture.pool->acquire("before");
    }
    auto held = fixture.pool->acquire("across the sleep");
    std::move(*held).release();
    fixture.time->sleep(8h);
    fixture.time->advance(250ms); // within the bypass window
    QTRY_COMPARE(fixture.count(EventKind::MachineSlept), 1);
    const auto lease = fixture.pool->acquire("after");
    QVERIFY(lease.has_value());
    QCOMPARE(fixture.server->calls(StubServer::Step::Validate), 1);
    QCOMPARE(fixture.count(EventKind::LeakSuspected), 0);
}

void TestPoolWatch::aMachineThatSleptEndsNoConnectionByItsIdleTimeout()
{
    PoolFixture fixture(sized(0, 4));
    {
        const auto a = fixture.pool->acquire();
        const auto b = fixture.pool->acquire();
    }
    QTRY_COMPARE(fixture.pool->snapshot().idle, 2);
    fixture.time->sleep(1h);
    fixture.time->advance(1s);
    QTRY_COMPARE(fixture.count(EventKind::MachineSlept), 1);
    QVERIFY(!QTest::qWaitFor([&] { return fixture.pool->snapshot().idle < 2; }, 30));
    QVERIFY(fixture.pool->acquire().has_value());
    QCOMPARE(fixture.server->calls(StubServer::Step::Validate), 1);
    fixture.time->advance(fixture.pool->options().idleTimeout); // from their last use, not from the sleep
    QTRY_COMPARE(fixture.pool->snapshot().idle, 0);
}

QTEST_GUILESS_MAIN(TestPoolWatch)
#include "tst_pool_watch.moc"
