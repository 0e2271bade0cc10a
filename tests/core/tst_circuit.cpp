// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/circuit.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestCircuit : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void closedAllows();
    void openRefusesUntilItsTimeThenTriesOnce();
    void successCloses();
    void onlyAPersonReopensOneWithoutATime();
    void statesHaveNames();

  private:
    const TimePoint m_start = TimePoint{} + 1h;
};

void TestCircuit::closedAllows()
{
    Circuit circuit;
    QVERIFY(circuit.allow(m_start));
    circuit.probe();
    QCOMPARE(circuit.state(), CircuitState::Closed);
}

void TestCircuit::openRefusesUntilItsTimeThenTriesOnce()
{
    Circuit circuit;
    circuit.open(m_start + 5s);
    QVERIFY(!circuit.allow(m_start + 4s));
    QCOMPARE(circuit.state(), CircuitState::Open);
    QVERIFY(circuit.retryAt() == m_start + 5s);
    QVERIFY(circuit.allow(m_start + 5s));
    QCOMPARE(circuit.state(), CircuitState::HalfOpen);
}

void TestCircuit::successCloses()
{
    Circuit circuit;
    circuit.open(m_start);
    QVERIFY(circuit.allow(m_start));
    circuit.succeeded();
    QCOMPARE(circuit.state(), CircuitState::Closed);
    QVERIFY(circuit.retryAt() == TimePoint{});
}

void TestCircuit::onlyAPersonReopensOneWithoutATime()
{
    Circuit circuit;
    circuit.open(TimePoint::max());
    QVERIFY(!circuit.allow(m_start + 1000h));
    circuit.probe();
    QCOMPARE(circuit.state(), CircuitState::HalfOpen);
    QVERIFY(circuit.allow(m_start));
}

void TestCircuit::statesHaveNames()
{
    QCOMPARE(nameOf(CircuitState::HalfOpen), std::string_view("half-open"));
}

QTEST_GUILESS_MAIN(TestCircuit)
#include "tst_circuit.moc"
