// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/backoff.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestBackoff : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void delaysDoubleUpToTheCap();
    void jitterMovesADelayByAtMostItsShare();
    void farAttemptsStayAtTheCap();
};

void TestBackoff::delaysDoubleUpToTheCap()
{
    const BackoffPolicy policy;
    QCOMPARE(backoffDelay(policy, 1, 0.5), 500ms);
    QCOMPARE(backoffDelay(policy, 2, 0.5), 1000ms);
    QCOMPARE(backoffDelay(policy, 3, 0.5), 2000ms);
    QCOMPARE(backoffDelay(policy, 4, 0.5), 4000ms);
    QCOMPARE(backoffDelay(policy, 5, 0.5), 5000ms);
}

void TestBackoff::jitterMovesADelayByAtMostItsShare()
{
    const BackoffPolicy policy;
    QCOMPARE(backoffDelay(policy, 1, 0.0), 400ms);
    QCOMPARE(backoffDelay(policy, 1, 1.0), 600ms);
    QCOMPARE(backoffDelay(policy, 1, 7.0), 600ms); // what isn't a share is taken as the nearest one
}

void TestBackoff::farAttemptsStayAtTheCap()
{
    const BackoffPolicy policy;
    QCOMPARE(backoffDelay(policy, 1'000'000, 0.5), policy.cap);
    QCOMPARE(backoffDelay(policy, 0, 0.5), policy.base);
}

QTEST_GUILESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
