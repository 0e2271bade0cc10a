// SPDX-License-Identifier: GPL-3.0-or-later
// What the window offers in read-only mode, over servers that exist by name only.
#include "app/main_window.h"
#include "tests/support/fleet_fixture.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QToolBar>
#include <QToolButton>
#include <QtTest>

using namespace lifeguard;

namespace {

constexpr int kPatience = 30'000; // ms

struct Console {
    explicit Console(bool readOnly)
        : fleet(optionsFor(readOnly))
        , window(MainWindowSetup{bridge, profiles, opener, theme, settings, QStringLiteral("ops@test"), {}, readOnly})
    {
        window.show();
    }
    ~Console() { fleet.fleet->shutdown(); }

    static FleetOptions optionsFor(bool readOnly)
    {
        FleetOptions options = FleetFixture::quick();
        options.readOnly = readOnly;
        return options;
    }

    void open(const char* name, bool readOnly)
    {
        Profile profile = FleetFixture::profile(name);
        profile.readOnly = readOnly;
        bridge.submit(OpenProfile{profile, {}});
    }

    // The texts of all that can be reached: menus and their submenus, tool bar, and the window itself (shortcuts).
    QStringList offered()
    {
        QStringList texts;
        for (const QAction* menu : window.menuBar()->actions())
            if (menu->isVisible()) {
                texts << menu->text();
                addTexts(menu->menu()->actions(), texts);
            }
        addTexts(window.actions(), texts);
        for (QToolBar* bar : window.findChildren<QToolBar*>())
            for (QAction* action : bar->actions())
                if (const auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action)))
                    texts << button->text();
        return texts.replaceInStrings(QStringLiteral("&"), QString());
    }
    static void addTexts(const QList<QAction*>& actions, QStringList& texts)
    {
        for (const QAction* action : actions)
            texts << action->text();
    }

    QTemporaryDir folder;
    QSettings settings{folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat};
    ThemeController theme{*qApp};
    ProfileStore profiles{folder.filePath(QStringLiteral("profiles.toml"))};
    Secrets secrets;
    FleetFixture fleet;
    Bridge bridge{*fleet.fleet};
    ProfileOpener opener{bridge, secrets};
    MainWindow window;
};

const QStringList kActions{QStringLiteral("Soft reset…"), QStringLiteral("Hard reset…"),
                           QStringLiteral("Resize…"),     QStringLiteral("Suspend…"),
                           QStringLiteral("Resume"),      QStringLiteral("Test registration"),
                           QStringLiteral("Reset pool ▾")};

} // namespace

class TestReadOnly : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aConsoleThatMayActOffersEveryAction();
    void aReadOnlyConsoleOffersNone();
    void theyGoWithAReadOnlyPoolAndComeBackWhereTheyWere();
};

void TestReadOnly::aConsoleThatMayActOffersEveryAction()
{
    Console console(false);
    const QStringList offered = console.offered();
    for (const QString& action : kActions)
        QVERIFY2(offered.contains(action), qPrintable(action));
}

void TestReadOnly::aReadOnlyConsoleOffersNone()
{
    Console console(true);
    const QStringList offered = console.offered();
    for (const QString& action : kActions)
        QVERIFY2(!offered.contains(action), qPrintable(action));
    for (const char* stays : {"Connect…", "Run health checks", "Close pool"})
        QVERIFY2(offered.contains(QString::fromUtf8(stays)), stays);
}

void TestReadOnly::theyGoWithAReadOnlyPoolAndComeBackWhereTheyWere()
{
    Console console(false);
    const QStringList before = console.offered();
    console.open("watched", true);
    console.open("ours", false);
    console.window.selectPool(QStringLiteral("watched"));
    QTRY_VERIFY_WITH_TIMEOUT(!console.offered().contains(kActions.first()), kPatience);
    for (const QString& action : kActions)
        QVERIFY2(!console.offered().contains(action), qPrintable(action));
    console.window.selectPool(QStringLiteral("ours"));
    QTRY_COMPARE_WITH_TIMEOUT(console.offered(), before, kPatience);
}

QTEST_MAIN(TestReadOnly)
#include "tst_read_only.moc"
