// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/duration_box.h"
#include "widgets/dialogs/options_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>

#include <set>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

// Doesn't compile any more when an option comes or goes: then the page has to follow.
std::size_t numbersAmongTheOptions()
{
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, circuit, setUp, reset,
                                  writable, backoff] = PoolOptions{};
    [[maybe_unused]] const auto& [attempts, base, cap, jitter] = backoff;
    return 25 - 4 + 4; // all but the set-up, the reset, writable and the backoff, which has four
}

QSpinBox* boxOf(const OptionsPage& page, const char* name)
{
    return page.findChild<QSpinBox*>(QLatin1String(name));
}

QStringList shownProblems(const OptionsPage& page)
{
    QStringList words;
    for (const QLabel* label : page.findChildren<QLabel*>())
        if (label->property("problem").toBool() && !label->isHidden())
            words << label->text();
    return words;
}

} // namespace

class TestOptionsPage : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyOptionHasAFieldWithUnitAndReason();
    void everyNumberReachesTheOptionsAndNoOther();
    void whatNobodyTouchedStaysAsItWas();
    void setUpStatementsAreSeparatedByBlankLines();
    void aPresetSetsEverythingAndExplainsItself();
    void eachProblemStandsBelowItsField();
    void theWheelChangesNoNumber();
    void durationsAreShownAndTakenInTheirUnit_data();
    void durationsAreShownAndTakenInTheirUnit();
    void aDurationThatIsNoneIsNotTaken();
};

void TestOptionsPage::everyOptionHasAFieldWithUnitAndReason()
{
    const OptionsPage page;
    std::set<std::string> names;
    for (const OptionField& field : OptionWords::fields()) {
        names.insert(field.name);
        const QSpinBox* box = boxOf(page, field.name);
        QVERIFY2(box != nullptr, field.name);
        QVERIFY2(box->toolTip().contains(field.why.toHtmlEscaped()) && !field.why.isEmpty(), field.name);
        QVERIFY2(box->toolTip().contains(QLatin1String("Default: ")), field.name);
        QCOMPARE(qobject_cast<const DurationBox*>(box) != nullptr, field.unit == OptionUnit::Millis);
    }
    QCOMPARE(names.size(), numbersAmongTheOptions());
    for (const char* other : {"resetOnRelease", "needsWritable", "sessionSetUp"})
        QVERIFY2(page.findChild<QWidget*>(QLatin1String(other))->toolTip().contains(QLatin1String("Default: ")), other);
}

void TestOptionsPage::everyNumberReachesTheOptionsAndNoOther()
{
    for (const OptionField& field : OptionWords::fields()) {
        OptionsPage page;
        QSpinBox* box = boxOf(page, field.name);
        PoolOptions wanted;
        field.set(wanted, field.get(wanted) + 1);
        QVERIFY2(wanted != PoolOptions{}, field.name);
        box->setValue(box->value() + 1);
        QVERIFY2(page.options() == wanted, field.name);
    }
    OptionsPage page;
    page.findChild<QCheckBox*>(QStringLiteral("needsWritable"))->setChecked(true);
    auto* reset = page.findChild<QComboBox*>(QStringLiteral("resetOnRelease"));
    reset->setCurrentIndex(reset->findData(static_cast<int>(ResetOnRelease::DiscardAll)));
    PoolOptions wanted;
    wanted.needsWritable = true;
    wanted.resetOnRelease = ResetOnRelease::DiscardAll;
    QVERIFY(page.options() == wanted);
}

void TestOptionsPage::whatNobodyTouchedStaysAsItWas()
{
    PoolOptions odd;
    odd.lifetimeJitter = 0.125; // no whole percent
    odd.sessionSetUp = {"SELECT 1\n\nFROM x", " SELECT 2"};
    OptionsPage page;
    page.set(Preset::Serverless, odd);
    QVERIFY(page.options() == odd);
    QCOMPARE(page.preset(), Preset::Serverless);
}

void TestOptionsPage::setUpStatementsAreSeparatedByBlankLines()
{
    OptionsPage page;
    page.findChild<QPlainTextEdit*>()->setPlainText(QStringLiteral("SET a = 1\n\n \nSET b =\n2\n"));
    const std::vector<std::string> wanted{"SET a = 1", "SET b =\n2"};
    QVERIFY(page.options().sessionSetUp == wanted);
}

void TestOptionsPage::aPresetSetsEverythingAndExplainsItself()
{
    OptionsPage page;
    const QSignalSpy changes(&page, &OptionsPage::changed);
    boxOf(page, "maxSize")->setValue(77);
    auto* preset = page.findChild<QComboBox*>();
    preset->setCurrentIndex(preset->findData(static_cast<int>(Preset::Serverless)));
    Q_EMIT preset->activated(preset->currentIndex());
    QVERIFY(page.options() == optionsFor(Preset::Serverless));
    QCOMPARE(changes.size(), 2); // one for all of a preset
    bool explained = false;
    for (const QLabel* label : page.findChildren<QLabel*>())
        explained =
            explained || label->text() == QString::fromStdString(std::string(explanationOf(Preset::Serverless)));
    QVERIFY(explained);
}

void TestOptionsPage::eachProblemStandsBelowItsField()
{
    OptionsPage page;
    QCOMPARE(shownProblems(page), QStringList{});
    boxOf(page, "minSize")->setValue(20);
    boxOf(page, "backoff.base")->setValue(9'000);
    QCOMPARE(shownProblems(page), (QStringList{QStringLiteral("must not be above maxSize"),
                                               QStringLiteral("must not be below backoff.base")}));
    QCOMPARE(page.problemCount(), 2);
    boxOf(page, "minSize")->setValue(2);
    boxOf(page, "backoff.base")->setValue(100);
    QCOMPARE(shownProblems(page), QStringList{});
}

void TestOptionsPage::theWheelChangesNoNumber()
{
    const OptionsPage page;
    for (QSpinBox* box : page.findChildren<QSpinBox*>()) {
        const int before = box->value();
        QWheelEvent wheel({1, 1}, box->mapToGlobal(QPointF(1, 1)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(box, &wheel);
        QCOMPARE(box->value(), before);
    }
}

void TestOptionsPage::durationsAreShownAndTakenInTheirUnit_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("millis");
    QTest::addColumn<QString>("shown");
    QTest::newRow("bare") << QStringLiteral("1500") << 1'500 << QStringLiteral("1500 ms");
    QTest::newRow("seconds") << QStringLiteral("30s") << 30'000 << QStringLiteral("30 s");
    QTest::newRow("minutes") << QStringLiteral("180 s") << 180'000 << QStringLiteral("3 min");
    QTest::newRow("hours") << QStringLiteral(" 2 h ") << 7'200'000 << QStringLiteral("2 h");
    QTest::newRow("nothing") << QStringLiteral("0 min") << 0 << QStringLiteral("0 ms");
}

void TestOptionsPage::durationsAreShownAndTakenInTheirUnit()
{
    QFETCH(const QString, typed);
    QFETCH(const int, millis);
    QFETCH(const QString, shown);
    DurationBox box;
    box.setValue(7);
    box.selectAll();
    QTest::keyClicks(&box, typed);
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(box.value(), millis);
    QCOMPARE(box.text(), shown);
}

void TestOptionsPage::aDurationThatIsNoneIsNotTaken()
{
    DurationBox box;
    box.setValue(5'000);
    for (const char* typed : {"soon", "99999 h", "-3 s", "s"}) {
        box.selectAll();
        QTest::keyClicks(&box, QLatin1String(typed));
        QTest::keyClick(&box, Qt::Key_Return);
        QCOMPARE(box.value(), 5'000);
        QCOMPARE(box.text(), QStringLiteral("5 s"));
    }
}

QTEST_MAIN(TestOptionsPage)
#include "tst_options_page.moc"
