// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/traffic_wave.h"

#include <QTest>

#include <algorithm>

using namespace lifeguard;
using namespace std::chrono_literals;

class TrafficWaveTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void risesFromLowToHighAndBackWithinAPeriod()
    {
        const TrafficWave wave{2, 9, 40s, 0, 45s, 5s};
        QCOMPARE(usersAt(wave, 0s), 2);
        QCOMPARE(usersAt(wave, 20s), 9);
        QCOMPARE(usersAt(wave, 40s), 2);
    }

    void staysBetweenLowAndHighWithoutBursts()
    {
        const TrafficWave wave{2, 9, 40s, 0, 45s, 5s};
        for (std::chrono::milliseconds at = 0s; at < 200s; at += 250ms)
            QVERIFY(usersAt(wave, at) >= 2 && usersAt(wave, at) <= 9);
    }

    void aBurstEndsEachInterval()
    {
        const TrafficWave wave{2, 9, 40s, 14, 45s, 5s};
        QVERIFY(usersAt(wave, 39'999ms) <= 9);
        QCOMPARE(usersAt(wave, 40s), 14);
        QCOMPARE(usersAt(wave, 44'999ms), 14);
        QVERIFY(usersAt(wave, 45s) <= 9);
        QCOMPARE(usersAt(wave, 87s), 14);
    }

    void mostUsersCoversWaveAndBurst()
    {
        QCOMPARE(mostUsers({2, 9, 40s, 14, 45s, 5s}), 14);
        QCOMPARE(mostUsers({2, 9, 40s, 0, 45s, 5s}), 9);
    }
};

QTEST_GUILESS_MAIN(TrafficWaveTest)
#include "tst_traffic_wave.moc"
