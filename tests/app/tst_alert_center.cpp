// SPDX-License-Identifier: GPL-3.0-or-later
// From a pool that is full to the desktop and back: the real window, engine, notifier and tray over a server that
// exists by name only.
#include "app/alert_center.h"

#include "app/main_window.h"
#include "app/notice_bar.h"
#include "tests/support/fake_notifications.h"
#include "tests/support/fleet_fixture.h"
#include "tests/support/session_bus.h"
#include "widgets/dialogs/alert_dialog.h"
#include "widgets/models/alert_rule_model.h"
#include "widgets/panels/alert_rule_panel.h"
#include "widgets/panels/pool_page.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

// The window with everything behind it, as app/application.cpp wires it.
struct Console {
    explicit Console(const QDBusConnection& bus)
        : settings(folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
        , profiles(folder.filePath(QStringLiteral("profiles.toml")))
        , store(folder.filePath(QStringLiteral("alerts.toml")))
        , bridge(*fixture.fleet)
        , opener(bridge, secrets)
        , window(MainWindowSetup{bridge, profiles, opener, theme, settings, QStringLiteral("ops@test"), {}})
    {
        AlertRule quick;
        quick.kind = AlertKind::Saturation;
        quick.threshold = 100;
        quick.fireAfter = 2;
        quick.clearAfter = 2;
        quick.severity = Severity::Critical;
        std::vector<AlertRule> rules = defaultAlertRules();
        rules[static_cast<std::size_t>(AlertKind::Saturation)] = quick;
        store.save(rules, nullptr);
        center = std::make_unique<AlertCenter>(
            AlertCenterSetup{bridge, store, settings, window, QStringLiteral("ops@test"), bus});
        window.show();
    }
    ~Console()
    {
        center.reset();
        fixture.fleet->shutdown();
    }

    void open(const std::string& name)
    {
        Profile profile = FleetFixture::profile(name);
        profile.options.minSize = 0;
        profile.options.maxSize = 1;
        bridge.submit(OpenProfile{profile, {}});
        QTRY_VERIFY(fixture.fleet->pool(name) != nullptr);
    }
    Lease fill(const std::string& name) { return std::move(fixture.fleet->pool(name)->acquire({}).value()); }
    QPushButton* button(const char* text)
    {
        for (QPushButton* each : center->dialog()->findChildren<QPushButton*>())
            if (each->text() == QString::fromUtf8(text))
                return each;
        return nullptr;
    }

    QTemporaryDir folder;
    QSettings settings;
    ThemeController theme{*qApp};
    ProfileStore profiles;
    AlertStore store;
    Secrets secrets;
    FleetFixture fixture;
    Bridge bridge;
    ProfileOpener opener;
    MainWindow window;
    std::unique_ptr<AlertCenter> center;
};

} // namespace

class TestAlertCenter : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aFullPoolIsToldEverywhereAndItsEndToo();
    void theClickOpensThePool();
    void theNotificationsMuteButtonMutesAndIsRemembered();
    void anAlertIsAcknowledgedInTheDialog();
    void rulesAreChangedAndSavedInTheDialog();
    void aSaveThatFailsIsSaidInPlace();
    void theTraysMenuOpensMutesAndQuits();
    void withoutNotificationsTheWindowSaysSo();

  private:
    QDBusConnection console() { return m_bus.connect(QStringLiteral("console%1").arg(m_count)); }

    SessionBus m_bus;
    int m_count = 0;
    std::unique_ptr<FakeNotifications> m_service;
};

void TestAlertCenter::initTestCase()
{
    QString error;
    QVERIFY2(m_bus.start(&error), qPrintable(error));
}

void TestAlertCenter::init()
{
    ++m_count;
    m_service = std::make_unique<FakeNotifications>();
    QVERIFY(m_service->serve(m_bus.connect(QStringLiteral("service%1").arg(m_count))));
}

void TestAlertCenter::cleanup()
{
    m_service.reset();
    QDBusConnection::disconnectFromBus(QStringLiteral("service%1").arg(m_count));
    QDBusConnection::disconnectFromBus(QStringLiteral("console%1").arg(m_count));
}

void TestAlertCenter::aFullPoolIsToldEverywhereAndItsEndToo()
{
    Console console(this->console());
    QCOMPARE(console.center->button().text(), QStringLiteral("No alerts"));
    console.open("orders");
    {
        const Lease lease = console.fill("orders");
        QTRY_COMPARE(m_service->calls.size(), 1);
        QCOMPARE(m_service->calls.first().summary, QStringLiteral("orders: Pool is full"));
        QVERIFY(m_service->calls.first().body.contains(QLatin1String("1 of 1 connections are active")));
        QTRY_COMPARE(console.center->button().text(), QStringLiteral("1 alert(s)"));
        QVERIFY(console.center->tray().toolTip().contains(QLatin1String("orders: Pool is full since")));
    }
    QTRY_COMPARE(console.center->button().text(), QStringLiteral("No alerts"));
    QTRY_COMPARE(m_service->calls.size() + m_service->closed.size(), 2); // replaced, or closed when it was that quick
    QVERIFY(!console.center->tray().toolTip().contains(QLatin1String("Pool is full")));
    QCOMPARE(console.fixture.events(EventKind::AlertBegan).size(), std::size_t{1});
    QTRY_COMPARE(console.fixture.events(EventKind::AlertEnded).size(), std::size_t{1});
}

void TestAlertCenter::theClickOpensThePool()
{
    Console console(this->console());
    console.open("auth");
    QTRY_COMPARE(console.window.page().key(), QStringLiteral("auth"));
    console.open("orders");
    console.window.selectPool(QStringLiteral("auth"));
    const Lease lease = console.fill("orders");
    QTRY_COMPARE(m_service->calls.size(), 1);
    console.window.showMinimized();
    // The number comes with the answer, which may still be on its way.
    QTRY_VERIFY((Q_EMIT m_service->ActionInvoked(m_service->calls.first().id, QStringLiteral("default")),
                 console.window.page().key() == QLatin1String("orders")));
    QVERIFY(!console.window.isMinimized());
}

void TestAlertCenter::theNotificationsMuteButtonMutesAndIsRemembered()
{
    Console console(this->console());
    console.open("orders");
    const Lease lease = console.fill("orders");
    QTRY_COMPARE(m_service->calls.size(), 1);
    QTRY_VERIFY((Q_EMIT m_service->ActionInvoked(m_service->calls.first().id, QStringLiteral("mute")),
                 !console.bridge.alerts().mutes().empty()));
    QTRY_COMPARE(m_service->closed, QList<uint>{m_service->calls.first().id});
    const std::vector<AlertMute> kept = AlertStore::mutes(console.settings);
    QCOMPARE(kept.size(), std::size_t{1});
    QCOMPARE(kept.front().kind, std::optional(AlertKind::Saturation));
    QCOMPARE(kept.front().subject, std::string("orders"));
    const auto rest = kept.front().until - std::chrono::system_clock::now();
    QVERIFY(rest > 59min && rest <= 1h);
    QVERIFY(!console.fixture.events(EventKind::AlertsMuted).empty());
}

void TestAlertCenter::anAlertIsAcknowledgedInTheDialog()
{
    Console console(this->console());
    console.open("orders");
    const Lease lease = console.fill("orders");
    console.center->button().click();
    QVERIFY(console.center->dialog() != nullptr);
    QVERIFY(!console.center->dialog()->isModal());
    QTRY_VERIFY(console.button("Acknowledge")->isEnabled());
    console.button("Acknowledge")->click();
    QTRY_VERIFY(console.bridge.alerts().incidents().front().acknowledged);
    QTRY_VERIFY(!console.button("Acknowledge")->isEnabled());
    QVERIFY(!console.button("Acknowledge")->toolTip().isEmpty());
    QTRY_COMPARE(console.fixture.events(EventKind::AlertAcknowledged).size(), std::size_t{1});
    QVERIFY(console.fixture.events(EventKind::AlertAcknowledged).front().text.find("ops@test") != std::string::npos);
}

void TestAlertCenter::rulesAreChangedAndSavedInTheDialog()
{
    Console console(this->console());
    console.center->showDialog();
    QVERIFY(!console.button("Save")->isEnabled());
    auto* model = console.center->dialog()->findChild<AlertRuleModel*>();
    QVERIFY(
        model->setData(model->index(static_cast<int>(AlertKind::Saturation), 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(console.bridge.alerts().rules()[1].enabled); // it counts when it is saved
    console.button("Save")->click();
    QVERIFY(!console.bridge.alerts().rules()[1].enabled);
    QVERIFY(!console.button("Save")->isEnabled());
    AlertStore again(console.store.file());
    again.load();
    QVERIFY(!again.rules()[1].enabled);
}

void TestAlertCenter::aSaveThatFailsIsSaidInPlace()
{
    Console console(this->console());
    console.center->showDialog();
    QDir(console.folder.path()).removeRecursively();
    QFile inTheWay(console.folder.path());
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    auto* model = console.center->dialog()->findChild<AlertRuleModel*>();
    model->setData(model->index(0, 0), Qt::Unchecked, Qt::CheckStateRole);
    console.button("Save")->click();
    QStringList words;
    for (const QLabel* label : console.center->dialog()->findChildren<QLabel*>())
        if (label->isVisible())
            words << label->text();
    QVERIFY2(words.join(QLatin1Char('\n')).contains(QLatin1String("alerts.toml")),
             qPrintable(words.join(QLatin1Char('\n'))));
    QVERIFY(console.button("Save")->isEnabled()); // nothing is lost
    inTheWay.remove();
}

void TestAlertCenter::theTraysMenuOpensMutesAndQuits()
{
    Console console(this->console());
    QSignalSpy closed(&console.window, &MainWindow::closed);
    const QList<QAction*> actions = console.center->tray().menu().actions();
    QCOMPARE(actions.size(), 4);
    console.window.showMinimized();
    actions.at(0)->trigger();
    QVERIFY(!console.window.isMinimized());
    actions.at(1)->trigger();
    QCOMPARE(console.bridge.alerts().mutes().size(), std::size_t{1});
    QVERIFY(!console.bridge.alerts().mutes().front().kind);
    QVERIFY(console.bridge.alerts().mutes().front().subject.empty());
    actions.at(3)->trigger();
    QCOMPARE(closed.size(), 1);
}

void TestAlertCenter::withoutNotificationsTheWindowSaysSo()
{
    Console console(
        QDBusConnection::connectToBus(QStringLiteral("unix:path=/nonexistent/bus"), QStringLiteral("nowhere")));
    console.open("orders");
    const Lease lease = console.fill("orders");
    QTRY_VERIFY(console.window.notices().text().contains(QLatin1String("shows no notifications")));
    QTRY_COMPARE(console.center->button().text(), QStringLiteral("1 alert(s)"));
}

QTEST_MAIN(TestAlertCenter)
#include "tst_alert_center.moc"
