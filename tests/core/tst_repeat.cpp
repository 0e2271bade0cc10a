// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/repeat.h"

#include <QtTest>

using namespace lifeguard;

class TestRepeat : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void onlyWhatCannotHappenTwiceIsRepeated_data();
    void onlyWhatCannotHappenTwiceIsRepeated();
};

void TestRepeat::onlyWhatCannotHappenTwiceIsRepeated_data()
{
    QTest::addColumn<QByteArray>("state"); // or the sign's name
    QTest::addColumn<bool>("before");      // COMMIT was sent
    QTest::addColumn<bool>("after");
    const auto row = [](const char* state, bool before, bool after) {
        QTest::newRow(state) << QByteArray(state) << before << after;
    };
    row("40001", true, true);
    row("40P01", true, true);
    row("57P01", true, false);
    row("57P02", true, false);
    row("57P05", true, false);
    row("08006", true, false);
    row("08003", true, false);
    row("link lost", true, false);
    row("time-out", false, false);
    row("40003", false, false);
    row("08007", false, false);
    row("08P01", false, false);
    row("25P03", false, false);
    row("57014", false, false);
    row("57P04", false, false);
    row("23505", false, false);
    row("55P03", false, false);
}

void TestRepeat::onlyWhatCannotHappenTwiceIsRepeated()
{
    QFETCH(QByteArray, state);
    QFETCH(bool, before);
    QFETCH(bool, after);
    DatabaseError error{ErrorSign::Server, state.toStdString(), "words", {}};
    if (state == "link lost")
        error = {ErrorSign::LinkLost, {}, "words", {}};
    if (state == "time-out")
        error = {ErrorSign::Timeout, {}, "words", {}};
    QCOMPARE(safeToRepeat(error, false), before);
    QCOMPARE(safeToRepeat(error, true), after);
}

QTEST_GUILESS_MAIN(TestRepeat)
#include "tst_repeat.moc"
