// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/pace.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestPace : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatIsCheapToAskOrSoonOverIsAskedQuickly();
    void quickAttemptsGrowRarer();
    void anAttemptThatCostsALoginIsNeverAsQuickAsOneThatDoesNot();

  private:
    const DatabaseError m_refused{ErrorSign::Refused, {}, {}, {}};
    const DatabaseError m_readOnly{ErrorSign::Server, "25006", {}, {}};
};

void TestPace::whatIsCheapToAskOrSoonOverIsAskedQuickly()
{
    QCOMPARE(paceOf(m_refused), Pace::Quick);
    QCOMPARE(paceOf({ErrorSign::Server, "57P03", {}, {}}), Pace::Quick);
    QCOMPARE(paceOf(m_readOnly), Pace::Quick);
    QCOMPARE(paceOf({ErrorSign::Server, "53300", {}, {}}), Pace::Exponential);
    QCOMPARE(paceOf({ErrorSign::Timeout, {}, {}, {}}), Pace::Exponential);
}

void TestPace::quickAttemptsGrowRarer()
{
    QCOMPARE(quickDelay(m_refused, 0s), 12ms);
    QCOMPARE(quickDelay(m_refused, 15s - 1ns), 12ms);
    QCOMPARE(quickDelay(m_refused, 15s), 50ms);
    QCOMPARE(quickDelay(m_refused, 60s), 200ms);
    QCOMPARE(quickDelay(m_refused, 10min), 500ms);
}

void TestPace::anAttemptThatCostsALoginIsNeverAsQuickAsOneThatDoesNot()
{
    QCOMPARE(quickDelay(m_readOnly, 0s), 100ms);
    QCOMPARE(quickDelay(m_readOnly, 60s), 200ms);
    QCOMPARE(quickDelay(m_readOnly, 10min), 500ms);
}

QTEST_GUILESS_MAIN(TestPace)
#include "tst_pace.moc"
