// SPDX-License-Identifier: Apache-2.0
#include "core/registration/rfc3339.h"

#include "core/registration/random_id.h"

#include <QRegularExpression>
#include <QtTest>

#include <set>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestRfc3339 : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void timesAreWrittenInUtcWithMilliseconds();
    void theServersFormsOfOneInstantAreTheSame();
    void whatIsNoTimeIsRefused();
    void uuidsAreOfVersionFourAndNeverTheSame();
    void hexHasTwoDigitsAByte();
};

void TestRfc3339::timesAreWrittenInUtcWithMilliseconds()
{
    const WallTime time = WallTime{} + 1'770'091'506s + 789'900us;
    QCOMPARE(toRfc3339(time), std::string("2026-02-03T04:05:06.789Z"));
    QVERIFY(fromRfc3339(toRfc3339(time)) == WallTime{} + 1'770'091'506s + 789ms);
}

void TestRfc3339::theServersFormsOfOneInstantAreTheSame()
{
    const auto instant = fromRfc3339("2026-02-03T04:05:06.789Z");
    QVERIFY(instant.has_value());
    for (const char* form : {"2026-02-03 04:05:06.789+00", "2026-02-03T04:05:06.789000+00:00",
                             "2026-02-03 06:05:06.789+02", "2026-02-03T00:35:06.789-03:30"})
        QVERIFY2(fromRfc3339(form) == instant, form);
    QVERIFY(fromRfc3339("2026-02-03 04:05:06+00") == *instant - 789ms);
}

void TestRfc3339::whatIsNoTimeIsRefused()
{
    for (const char* text : {"", "yesterday", "2026-02-03", "2026-02-03 04:05:06", "2026-02-03x04:05:06Z"})
        QVERIFY2(!fromRfc3339(text), text);
}

void TestRfc3339::uuidsAreOfVersionFourAndNeverTheSame()
{
    const QRegularExpression form(
        QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string uuid = randomUuid();
        QVERIFY2(form.match(QString::fromStdString(uuid)).hasMatch(), uuid.c_str());
        seen.insert(uuid);
    }
    QCOMPARE(seen.size(), std::size_t{100});
}

void TestRfc3339::hexHasTwoDigitsAByte()
{
    QCOMPARE(randomHex(32).size(), std::size_t{64});
    QVERIFY(randomHex(32) != randomHex(32));
}

QTEST_GUILESS_MAIN(TestRfc3339)
#include "tst_rfc3339.moc"
