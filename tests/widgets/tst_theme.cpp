// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/icons.h"
#include "widgets/panels/check_row.h"
#include "widgets/theme/theme_controller.h"
#include "widgets/words.h"

#include <QApplication>
#include <QSet>
#include <QSignalSpy>
#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestTheme : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void textHasAContrastOfFourAndAHalf();
    void graphicsHaveAContrastOfThree();
    void everyStateHasAShapeOfItsOwn();
    void theChoiceDressesTheApplication();
    void aStaleCheckSaysItsAgeInPlaceOfItsAnswer();
};

void TestTheme::textHasAContrastOfFourAndAHalf()
{
    for (const Theme* theme : {&lightTheme(), &darkTheme()})
        for (const QColor& text : {theme->text, theme->muted})
            for (const QColor& ground : {theme->window, theme->sidebar, theme->card, theme->selection, theme->hover})
                QVERIFY2(contrast(text, ground) >= 4.5, qPrintable(text.name() + ground.name()));
    for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
        QVERIFY(contrast(theme->onAccent, theme->accent) >= 4.5);
        QVERIFY(contrast(theme->accent, theme->card) >= 4.5);
        for (const QColor& number : {theme->degraded, theme->failing})
            QVERIFY2(contrast(number, theme->card) >= 3.0, qPrintable(number.name())); // large type
    }
}

void TestTheme::graphicsHaveAContrastOfThree()
{
    for (const Theme* theme : {&lightTheme(), &darkTheme()})
        for (const QColor& graphic : {theme->ok, theme->degraded, theme->failing, theme->neutral, theme->active,
                                      theme->waiting, theme->p50, theme->p95, theme->p99})
            for (const QColor& ground : {theme->card, theme->sidebar})
                QVERIFY2(contrast(graphic, ground) >= 3.0, qPrintable(graphic.name() + ground.name()));
}

void TestTheme::everyStateHasAShapeOfItsOwn()
{
    registerIcons();
    QSet<QString> shapes;
    for (const PoolHealth health :
         {PoolHealth::Failing, PoolHealth::Degraded, PoolHealth::Stale, PoolHealth::Unknown, PoolHealth::Healthy}) {
        shapes.insert(iconNameOf(health));
        const QPixmap icon = iconPixmap(iconNameOf(health), Qt::red, 16, 2.0);
        QVERIFY(!icon.isNull());
        QCOMPARE(icon.size(), QSize(32, 32));
    }
    QCOMPARE(shapes.size(), 5);
}

void TestTheme::theChoiceDressesTheApplication()
{
    ThemeController controller(*qApp);
    QSignalSpy changed(&controller, &ThemeController::changed);
    controller.setChoice(ThemeChoice::Dark);
    QVERIFY(controller.dark());
    QVERIFY(themeOf(QApplication::palette()).dark);
    controller.setChoice(ThemeChoice::Light);
    QVERIFY(!themeOf(QApplication::palette()).dark);
    QVERIFY(changed.size() >= 1);
    controller.setChoice(ThemeChoice::Light);
    const auto before = changed.size();
    controller.setChoice(ThemeChoice::Light);
    QCOMPARE(changed.size(), before);
}

void TestTheme::aStaleCheckSaysItsAgeInPlaceOfItsAnswer()
{
    CheckRow row;
    CheckView check;
    check.kind = CheckKind::ServerHeadroom;
    check.verdict = HealthStatus::Ok;
    check.newest.text = "20 of 100 in use";
    check.newest.at = TimePoint{} + 1h;
    row.setCheck(check, TimePoint{} + 1h);
    QCOMPARE(row.accessibleName(), QStringLiteral("Server headroom, ok, 20 of 100 in use"));
    check.stale = true;
    row.setCheck(check, TimePoint{} + 1h + 41s);
    QCOMPARE(row.accessibleName(), QStringLiteral("Server headroom, Stale, Stale 41 s"));
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
