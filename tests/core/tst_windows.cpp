// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/windows.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestWindows : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void percentilesForgetWhatIsOlderThanFiveSeconds();
    void withoutAcquiresThereAreNoSamples();
    void aCounterForgetsWhatIsOlderThanFiveMinutes();
    void whatACounterHadAtFirstSightCounts();

  private:
    const TimePoint m_start = TimePoint{} + 1h;
};

void TestWindows::percentilesForgetWhatIsOlderThanFiveSeconds()
{
    LatencyWindow window;
    Histogram histogram;
    histogram.record(1s);
    QCOMPARE(window.record(histogram, m_start).samples, std::uint64_t{1});
    histogram.record(1ms);
    const LatencySummary both = window.record(histogram, m_start + 4s);
    QCOMPARE(both.samples, std::uint64_t{2});
    QVERIFY(both.p99 >= 1s);
    const LatencySummary recent = window.record(histogram, m_start + 5s);
    QCOMPARE(recent.samples, std::uint64_t{1});
    QVERIFY(recent.p99 < 2ms);
}

void TestWindows::withoutAcquiresThereAreNoSamples()
{
    LatencyWindow window;
    const LatencySummary summary = window.record({}, m_start);
    QCOMPARE(summary.samples, std::uint64_t{0});
    QCOMPARE(summary.p99, 0us);
}

void TestWindows::aCounterForgetsWhatIsOlderThanFiveMinutes()
{
    CounterWindow window;
    QCOMPARE(window.record(0, m_start), 0);
    QCOMPARE(window.record(3, m_start + 1min), 3);
    QCOMPARE(window.record(5, m_start + 4min), 5);
    QCOMPARE(window.record(5, m_start + 6min), 2);
    QCOMPARE(window.record(5, m_start + 9min), 0);
}

void TestWindows::whatACounterHadAtFirstSightCounts()
{
    CounterWindow window;
    QCOMPARE(window.record(7, m_start), 7);
    QCOMPARE(window.record(7, m_start + 5min), 0);
}

QTEST_GUILESS_MAIN(TestWindows)
#include "tst_windows.moc"
