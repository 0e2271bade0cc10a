// SPDX-License-Identifier: GPL-3.0-or-later
// The console from end to end: the real window on the real engine and a real PostgreSQL.
#include "app/main_window.h"
#include "app/notice_bar.h"
#include "tests/support/console_fixture.h"
#include "tests/support/server_fixture.h"
#include "widgets/dialogs/registration_dialog.h"
#include "widgets/dialogs/reset_dialog.h"
#include "widgets/dialogs/resize_dialog.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_log.h"
#include "widgets/panels/fleet_overview.h"
#include "widgets/panels/pool_page.h"
#include "widgets/panels/pool_sidebar.h"

#include <QAction>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTreeView>

#include <csignal>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestConsole : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void aPoolAppearsAndIsHealthy();
    void aTestRegistrationPassesByTheButton();
    void aRestartIsToldAsAStoryAndTheWindowNeverStops();
    void applicationsAreSeenAndResetFromTheWindow();
    void aPoolIsSuspendedResumedAndResizedFromTheWindow();
    void allPoolsAreOneTableAndLeadToEach();
    void whatCannotActSaysWhy();
    void pauseStopsTheDisplayAndNotTheCollecting();
    void aPauseHoldsBackNoMoreEventsThanTheJournalKeeps();
    void aFailedExportIsShownAsAnError();
    void theLayoutIsRemembered();

  private:
    ServerFixture m_fixture;
};

void TestConsole::aPoolAppearsAndIsHealthy()
{
    Console console;
    console.open("orders", m_fixture.connection("app"));
    QTRY_COMPARE_WITH_TIMEOUT(console.health("orders"), PoolHealth::Healthy, kPatience);
    QTRY_COMPARE(console.window.page().key(), QStringLiteral("orders"));
    QTRY_VERIFY(console.shows(QStringLiteral("Pool opened")));
    const auto checks = console.fleet.snapshot()->find("orders")->checks;
    QCOMPARE(checks.size(), kCheckKinds);
}

void TestConsole::aTestRegistrationPassesByTheButton()
{
    Console console;
    console.open("auth", m_fixture.connection("app"));
    QTRY_VERIFY_WITH_TIMEOUT(console.action("Test registration")->isEnabled(), kPatience);
    console.action("Test registration")->trigger();
    QTRY_VERIFY(console.window.findChild<RegistrationDialog*>() != nullptr);
    auto* dialog = console.window.findChild<RegistrationDialog*>();
    QTRY_VERIFY_WITH_TIMEOUT(
        dialog->findChild<QPlainTextEdit*>()->toPlainText().contains(QLatin1String("@example.invalid")), kPatience);
    QTRY_VERIFY(console.shows(QStringLiteral("egistration")));
}

void TestConsole::aRestartIsToldAsAStoryAndTheWindowNeverStops()
{
    Console console;
    console.open("orders", m_fixture.connection("app"));
    QTRY_COMPARE_WITH_TIMEOUT(console.health("orders"), PoolHealth::Healthy, kPatience);
    QElapsedTimer sinceBeat;
    qint64 longest = 0;
    QTimer heart;
    connect(&heart, &QTimer::timeout, this, [&] { longest = std::max(longest, sinceBeat.restart()); });
    sinceBeat.start();
    heart.start(20);
    kill(static_cast<pid_t>(m_fixture.server.pid()), SIGINT); // doesn't wait, unlike stop()
    QTRY_VERIFY_WITH_TIMEOUT(console.health("orders") != PoolHealth::Healthy, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(console.shows(QStringLiteral("retrying in")), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!m_fixture.server.running(), kPatience);
    QString error;
    QVERIFY2(m_fixture.server.start(&error), qPrintable(error)); // waits on this thread: not the window's fault
    sinceBeat.restart();
    QTRY_VERIFY_WITH_TIMEOUT(console.shows(QStringLiteral("Recovered")), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(console.health("orders"), PoolHealth::Healthy, kPatience);
    QVERIFY(console.shows(QStringLiteral("lost")));
    QVERIFY2(longest < 1'000, qPrintable(QStringLiteral("the event loop stood still for %1 ms").arg(longest)));
}

void TestConsole::applicationsAreSeenAndResetFromTheWindow()
{
    Console console;
    const auto victim = m_fixture.open("app", "shop-web");
    console.open("orders", m_fixture.connection("watcher"));
    PoolSidebar& sidebar = console.window.sidebar();
    const auto rowOfShop = [&] {
        for (int row = 0; row < sidebar.model().rowCount(); ++row)
            if (sidebar.model().index(row).data().toString() == QLatin1String("shop-web"))
                return row;
        return -1;
    };
    QTRY_VERIFY_WITH_TIMEOUT(rowOfShop() > 0, kPatience);
    sidebar.select(sidebar.model().index(rowOfShop()).data(PoolListModel::KeyRole).toString());
    console.action("Soft reset…")->trigger();
    QTRY_VERIFY(console.window.findChild<ResetDialog*>() != nullptr);
    QVERIFY(!victim->validate(inSeconds(30))); // nothing happens before the answer
    console.window.findChild<ResetDialog*>()->accept();
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture.sessionsOf("shop-web"), 0, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(console.window.notices().text().contains(QLatin1String("ended")), kPatience);
}

void TestConsole::aPoolIsSuspendedResumedAndResizedFromTheWindow()
{
    Console console;
    console.open("orders", m_fixture.connection("app"));
    QTRY_COMPARE_WITH_TIMEOUT(console.health("orders"), PoolHealth::Healthy, kPatience);
    const auto state = [&] { return console.fleet.snapshot()->find("orders")->managed->state; };
    QTRY_VERIFY(console.action("Suspend…")->isEnabled());
    QVERIFY(!console.action("Resume")->isEnabled());
    console.action("Suspend…")->trigger();
    QTRY_VERIFY(console.window.findChild<ConfirmDialog*>() != nullptr);
    QCOMPARE(state(), PoolState::Running); // nothing happens before the answer
    console.window.findChild<ConfirmDialog*>()->accept();
    QTRY_COMPARE_WITH_TIMEOUT(state(), PoolState::Suspended, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(console.action("Resume")->isEnabled(), kPatience);
    QVERIFY(!console.action("Suspend…")->isEnabled());
    console.action("Resume")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(console.health("orders"), PoolHealth::Healthy, kPatience);

    console.action("Resize…")->trigger();
    QTRY_VERIFY(console.window.findChild<ResizeDialog*>() != nullptr);
    console.window.findChild<ResizeDialog*>()->most().setValue(17);
    console.window.findChild<ResizeDialog*>()->accept();
    QTRY_COMPARE_WITH_TIMEOUT(console.fleet.snapshot()->find("orders")->limit(), 17, kPatience);
}

void TestConsole::allPoolsAreOneTableAndLeadToEach()
{
    Console console;
    console.open("orders", m_fixture.connection("app"));
    console.open("auth", m_fixture.connection("app"));
    QTRY_COMPARE_WITH_TIMEOUT(console.health("orders"), PoolHealth::Healthy, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(console.health("auth"), PoolHealth::Healthy, kPatience);
    console.action("All pools")->trigger();
    FleetOverview& overview = console.window.overview();
    QTRY_VERIFY(overview.isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(overview.model().indexOf(QStringLiteral("auth")).isValid(), kPatience);
    const std::uint64_t seen = console.fleet.snapshot()->sequence;
    QTRY_VERIFY_WITH_TIMEOUT(console.fleet.snapshot()->sequence > seen + 2, kPatience);
    QVERIFY(!console.window.page().isVisible()); // nor did a snapshot bring it back
    QTest::keyClicks(&overview.filter(), QStringLiteral("auth"));
    QCOMPARE(overview.table().model()->rowCount(), 1);
    Q_EMIT overview.table().activated(overview.table().model()->index(0, 0));
    QTRY_VERIFY(console.window.page().isVisible());
    QCOMPARE(console.window.page().key(), QStringLiteral("auth"));
    QVERIFY(!console.action("All pools")->isChecked());
}

void TestConsole::whatCannotActSaysWhy()
{
    Console console;
    for (const char* name : {"Soft reset…", "Hard reset…", "Test registration", "Run health checks"}) {
        QVERIFY2(!console.action(name)->isEnabled(), name);
        QVERIFY2(!console.action(name)->toolTip().isEmpty(), name);
    }
    QVERIFY(console.action("Connect…")->isEnabled());
}

void TestConsole::pauseStopsTheDisplayAndNotTheCollecting()
{
    Console console;
    console.open("orders", m_fixture.connection("app"));
    QTRY_COMPARE_WITH_TIMEOUT(console.health("orders"), PoolHealth::Healthy, kPatience);
    QTRY_VERIFY(console.window.events().model().rowCount() > 0);
    console.window.setPaused(true);
    const int rows = console.window.events().model().rowCount();
    const std::uint64_t sequence = console.fleet.snapshot()->sequence;
    Event event;
    event.text = "while paused";
    console.fleet.journal().append(event);
    QTRY_VERIFY(console.fleet.snapshot()->sequence > sequence + 5);
    QCOMPARE(console.window.events().model().rowCount(), rows);
    QVERIFY(console.window.notices().text().contains(QLatin1String("stood still since")));
    console.window.setPaused(false);
    QTRY_VERIFY(console.shows(QStringLiteral("while paused")));
}

void TestConsole::aPauseHoldsBackNoMoreEventsThanTheJournalKeeps()
{
    Console console;
    console.window.setPaused(true);
    std::vector<Event> events(Journal::kDefaultCapacity + 1);
    events.front().text = "the oldest";
    events.back().text = "the newest";
    Q_EMIT console.bridge.eventsArrived(events);
    console.window.setPaused(false);
    const EventStore& store = console.window.events().store();
    QTRY_COMPARE_WITH_TIMEOUT(store.size(), Journal::kDefaultCapacity, kPatience);
    QCOMPARE(console.window.events().model().eventAt(0).text, std::string("the newest"));
    QVERIFY(store.at(store.first()).text != "the oldest");
}

void TestConsole::aFailedExportIsShownAsAnError()
{
    Console console;
    Q_EMIT console.window.events().exported(QStringLiteral("went well"));
    QCOMPARE(console.window.notices().tone(), NoticeBar::Tone::Good);
    Q_EMIT console.window.events().exportFailed(QStringLiteral("went wrong"));
    QCOMPARE(console.window.notices().tone(), NoticeBar::Tone::Bad);
    QCOMPARE(console.window.notices().text(), QStringLiteral("went wrong"));
}

void TestConsole::theLayoutIsRemembered()
{
    QTemporaryDir folder;
    Console console;
    console.window.resize(1300, 800);
    console.action("15 min")->trigger();
    console.window.close();
    MainWindow again(MainWindowSetup{console.bridge,
                                     console.profiles,
                                     console.opener,
                                     console.theme,
                                     console.settings,
                                     QStringLiteral("ops@test"),
                                     {}});
    QCOMPARE(again.size(), QSize(1300, 800));
    for (const QAction* action : again.findChildren<QAction*>())
        if (action->text() == QLatin1String("15 min"))
            QVERIFY(action->isChecked());
}

QTEST_MAIN(TestConsole)
#include "tst_console.moc"
