// SPDX-License-Identifier: Apache-2.0
#include "core/health/hysteresis.h"

#include <QtTest>

using namespace lifeguard;

class TestHysteresis : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theFirstAnswerCountsAtOnce();
    void oneBadAnswerChangesNothing();
    void twoInARowMoveTheVerdict();
    void aGoodAnswerBetweenStartsTheCountAgain();
    void itMovesToTheNearerOfTheTwo();
    void recoveryTakesTwoGoodOnesAndMayGoByWayOfDegraded();
    void twoUnknownOnesMakeItUnknown();
};

namespace {

constexpr HealthStatus kOk = HealthStatus::Ok;
constexpr HealthStatus kDegraded = HealthStatus::Degraded;
constexpr HealthStatus kFailing = HealthStatus::Failing;
constexpr HealthStatus kUnknown = HealthStatus::Unknown;

HealthStatus after(std::initializer_list<HealthStatus> answers)
{
    Hysteresis hysteresis;
    for (const HealthStatus answer : answers)
        hysteresis.record(answer);
    return hysteresis.verdict();
}

} // namespace

void TestHysteresis::theFirstAnswerCountsAtOnce()
{
    QCOMPARE(after({}), kUnknown);
    for (const HealthStatus first : {kOk, kDegraded, kFailing})
        QCOMPARE(after({first}), first);
    QCOMPARE(after({kUnknown, kFailing}), kFailing);
}

void TestHysteresis::oneBadAnswerChangesNothing()
{
    QCOMPARE(after({kOk, kFailing}), kOk);
    QCOMPARE(after({kOk, kUnknown}), kOk);
    QCOMPARE(after({kFailing, kOk}), kFailing);
}

void TestHysteresis::twoInARowMoveTheVerdict()
{
    Hysteresis hysteresis;
    QVERIFY(hysteresis.record(kOk));
    QVERIFY(!hysteresis.record(kOk));
    QVERIFY(!hysteresis.record(kDegraded));
    QVERIFY(hysteresis.record(kDegraded));
    QCOMPARE(hysteresis.verdict(), kDegraded);
    QCOMPARE(after({kOk, kFailing, kFailing}), kFailing);
}

void TestHysteresis::aGoodAnswerBetweenStartsTheCountAgain()
{
    QCOMPARE(after({kOk, kFailing, kOk, kFailing}), kOk);
    QCOMPARE(after({kOk, kFailing, kUnknown, kFailing}), kOk);
}

void TestHysteresis::itMovesToTheNearerOfTheTwo()
{
    QCOMPARE(after({kOk, kDegraded, kFailing}), kDegraded);
    QCOMPARE(after({kOk, kDegraded, kFailing, kFailing}), kFailing);
    QCOMPARE(after({kOk, kFailing, kDegraded}), kDegraded);
}

void TestHysteresis::recoveryTakesTwoGoodOnesAndMayGoByWayOfDegraded()
{
    QCOMPARE(after({kFailing, kOk, kOk}), kOk);
    QCOMPARE(after({kFailing, kOk, kDegraded}), kDegraded);
    QCOMPARE(after({kFailing, kDegraded, kOk}), kDegraded);
    QCOMPARE(after({kFailing, kDegraded, kOk, kOk}), kOk);
}

void TestHysteresis::twoUnknownOnesMakeItUnknown()
{
    QCOMPARE(after({kOk, kUnknown, kUnknown}), kUnknown);
    QCOMPARE(after({kOk, kUnknown, kUnknown, kOk}), kOk);
}

QTEST_GUILESS_MAIN(TestHysteresis)
#include "tst_hysteresis.moc"
