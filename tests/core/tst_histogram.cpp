// SPDX-License-Identifier: Apache-2.0
#include "core/base/histogram.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestHistogram : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void anEmptyOneHasNoPercentiles();
    void percentilesAreNeverBelowAndAtMostAnEighthAboveTheTruth();
    void shareOfRecordingsIsRespected();
    void durationsBeyondTheRangeCountInTheLastBucket();
    void sinceKeepsOnlyWhatIsNew();
};

void TestHistogram::anEmptyOneHasNoPercentiles()
{
    const Histogram histogram;
    QCOMPARE(histogram.count(), std::uint64_t{0});
    QCOMPARE(histogram.percentile(0.5), 0us);
}

void TestHistogram::percentilesAreNeverBelowAndAtMostAnEighthAboveTheTruth()
{
    for (std::int64_t micros = 1; micros < 60'000'000; micros = micros * 21 / 20 + 1) {
        Histogram histogram;
        histogram.record(std::chrono::microseconds{micros});
        const std::int64_t told = histogram.percentile(1.0).count();
        QVERIFY2(told >= micros && told <= micros + micros / 8, qPrintable(QString::number(micros)));
    }
}

void TestHistogram::shareOfRecordingsIsRespected()
{
    Histogram histogram;
    for (int i = 0; i < 90; ++i)
        histogram.record(1ms);
    for (int i = 0; i < 10; ++i)
        histogram.record(100ms);
    QVERIFY(histogram.percentile(0.90) < 2ms);
    QVERIFY(histogram.percentile(0.91) >= 100ms);
    QCOMPARE(histogram.count(), std::uint64_t{100});
}

void TestHistogram::durationsBeyondTheRangeCountInTheLastBucket()
{
    Histogram histogram;
    histogram.record(24h);
    histogram.record(-1ms);
    QCOMPARE(histogram.count(), std::uint64_t{2});
    QCOMPARE(histogram.percentile(0.5), 0us);
    QVERIFY(histogram.percentile(1.0) > 60s);
}

void TestHistogram::sinceKeepsOnlyWhatIsNew()
{
    Histogram histogram;
    histogram.record(1ms);
    const Histogram earlier = histogram;
    histogram.record(1s);
    const Histogram recent = histogram.since(earlier);
    QCOMPARE(recent.count(), std::uint64_t{1});
    QVERIFY(recent.percentile(0.01) >= 1s);
}

QTEST_GUILESS_MAIN(TestHistogram)
#include "tst_histogram.moc"
