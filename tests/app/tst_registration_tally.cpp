// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/registration_tally.h"

#include <QTest>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

RegistrationResult passed()
{
    RegistrationResult result;
    result.passed = true;
    return result;
}

RegistrationResult failed()
{
    RegistrationResult result;
    result.failedAt = RegistrationPhase::InsertUser;
    result.error = "57P01 terminating connection due to administrator command";
    result.sqlState = "57P01";
    result.total = 12ms;
    return result;
}

} // namespace

class RegistrationTallyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aFailureIsToldAtOnceWithItsPhaseAndState()
    {
        RegistrationTally tally("auth", m_start);
        const auto event = tally.record(failed(), m_start);
        QVERIFY(event);
        QVERIFY(event->kind == EventKind::RegistrationFailed);
        QCOMPARE(event->pool, std::string("auth"));
        QCOMPARE(event->sqlState, std::string("57P01"));
        QCOMPARE(event->text, std::string("Test registration failed at insert user after 12 ms: 57P01 terminating "
                                          "connection due to administrator command"));
        QCOMPARE(event->count, std::optional<int>(1));
    }

    void failuresThatFollowCloselyAreCountedIntoTheNextReport()
    {
        RegistrationTally tally("auth", m_start);
        QVERIFY(tally.record(failed(), m_start));
        for (int i = 0; i < 7; ++i)
            QVERIFY(!tally.record(failed(), m_start + 1s));
        const auto event = tally.record(failed(), m_start + 2s);
        QVERIFY(event);
        QCOMPARE(event->count, std::optional<int>(8));
        QVERIFY(event->text.find("and 7 more since the last report") != std::string::npos);
    }

    void whatPassedIsToldOnceAMinute()
    {
        RegistrationTally tally("auth", m_start);
        for (int i = 0; i < 120; ++i)
            QVERIFY(!tally.record(passed(), m_start + 1s));
        QVERIFY(!tally.summary(m_start + 59s));
        const auto event = tally.summary(m_start + 60s);
        QVERIFY(event);
        QVERIFY(event->kind == EventKind::RegistrationPassed);
        QCOMPARE(event->text, std::string("In the last minute 120 test registrations passed, 0 failed"));
        QVERIFY(!tally.summary(m_start + 61s));
    }

    void eachMinuteCountsAnew()
    {
        RegistrationTally tally("auth", m_start);
        tally.record(passed(), m_start);
        QVERIFY(tally.summary(m_start + 60s));
        QVERIFY(!tally.summary(m_start + 120s)); // nothing was tried, nothing is told
        tally.record(failed(), m_start + 130s);
        const auto event = tally.summary(m_start + 180s);
        QVERIFY(event);
        QCOMPARE(event->text, std::string("In the last minute 0 test registrations passed, 1 failed"));
        QVERIFY(event->severity == Severity::Warning);
    }

  private:
    const TimePoint m_start = TimePoint{} + 1h;
};

QTEST_GUILESS_MAIN(RegistrationTallyTest)
#include "tst_registration_tally.moc"
