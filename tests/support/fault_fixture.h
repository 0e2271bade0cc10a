// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/fault_pool.h"
#include "tests/support/server_fixture.h"
#include "tests/support/session_watch.h"

namespace lifeguard {

// How much later than promised an operation may end: a busy machine's threads wait for their turn. Sanitizers slow
// everything down.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::chrono::milliseconds kLate{1'000};
#else
inline constexpr std::chrono::milliseconds kLate{200};
#endif

inline QByteArray words(const Outcome& outcome)
{
    return QByteArray::fromStdString(describe(outcome));
}

inline QByteArray words(const std::vector<Outcome>& outcomes)
{
    QByteArray text;
    for (const Outcome& outcome : outcomes)
        text += words(outcome) + "\n";
    return text;
}

// What the fault tests share: a server, a watch over its sessions, and the accounts at the end.
class FaultTest {
  protected:
    explicit FaultTest(const QStringList& settings = {}) : m_fixture(settings, ServerFixture::Reach::SocketAndTcp) {}

    void startServer()
    {
        m_fixture.start();
        m_watch = std::make_unique<SessionWatch>(m_fixture.connection("postgres", "postgres"), kFaultApplication);
        QTRY_VERIFY(m_watch->looks() > 0);
    }

    // For the restart of one that was stopped. Returns when it accepts connections.
    void startAgain()
    {
        QString error;
        QVERIFY2(m_fixture.server.start(&error), qPrintable(error));
    }

    void watchAnew()
    {
        m_watch = std::make_unique<SessionWatch>(m_fixture.connection("postgres", "postgres"), kFaultApplication);
        QTRY_VERIFY(m_watch->looks() > 0);
    }

    // To be called at the end of each test, when the fault is over: nothing is out, the numbers add up, the server
    // never saw more sessions than the pool may have, and none is left when the pool is closed.
    void verifyAccounts(FaultPool& faults)
    {
        Pool& pool = *faults.pool;
        QTRY_COMPARE(pool.snapshot().active, 0);
        QTRY_COMPARE(pool.snapshot().opening + pool.snapshot().closing, 0);
        for (int i = 0; i < 300 && !faults.imbalance().empty(); ++i)
            QTest::qWait(10);
        QVERIFY2(faults.imbalance().empty(), (faults.imbalance() + faults.story()).c_str());
        QVERIFY2(
            m_watch->most() <= pool.options().maxSize,
            ("the server saw " + std::to_string(m_watch->most()) + ": " + m_watch->atMost() + faults.story()).c_str());
        QVERIFY(pool.shutdown());
        QCOMPARE(pool.snapshot().opened, pool.snapshot().closedInAll());
        QTRY_COMPARE(m_fixture.sessionsOf(kFaultApplication), 0);
    }

    // A caller may go on before what he was waiting for is told.
    void verifyOrder(const FaultPool& faults, std::initializer_list<EventKind> kinds)
    {
        for (int i = 0; i < 300 && !faults.happenedInOrder(kinds); ++i)
            QTest::qWait(10);
        QVERIFY2(faults.happenedInOrder(kinds), faults.story().c_str());
    }

    ServerFixture m_fixture;
    std::unique_ptr<SessionWatch> m_watch;
};

inline PoolOptions faultOptions(int min, int max)
{
    PoolOptions options;
    options.minSize = min;
    options.maxSize = max;
    options.acquireTimeout = std::chrono::seconds{20};
    options.backoff.base = std::chrono::milliseconds{50};
    options.backoff.cap = std::chrono::milliseconds{200};
    options.circuitOpenTime = std::chrono::milliseconds{500};
    return options;
}

} // namespace lifeguard
