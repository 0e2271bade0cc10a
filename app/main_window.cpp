// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/notice_bar.h"
#include "app/status_line.h"
#include "app/window_commands.h"
#include "widgets/panels/event_log.h"
#include "widgets/panels/fleet_overview.h"
#include "widgets/panels/pool_page.h"
#include "widgets/panels/pool_sidebar.h"
#include "widgets/words.h"

#include <QActionGroup>
#include <QCloseEvent>
#include <QDateTime>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStringListModel>
#include <QVBoxLayout>

namespace lifeguard {

namespace {

constexpr int kAgeMillis = 200;                 // how often the age of the newest sample is shown anew
constexpr std::size_t kHeldBackLimit = 100'000; // more than a chart can mark; the log holds back its own

} // namespace

MainWindow::MainWindow(const MainWindowSetup& setup)
    : m_bridge(setup.bridge)
    , m_profiles(setup.profiles)
    , m_opener(setup.opener)
    , m_theme(setup.theme)
    , m_settings(setup.settings)
    , m_causeFault(setup.causeFault)
    , m_readOnly(setup.readOnly)
    , m_status(new StatusLine(setup.actor, this))
    , m_commands(new WindowCommands(m_bridge, m_profiles, m_opener, this))
{
    setupActions();
    setupMenus();
    setupLayout();
    setupToolBar();
    wire();
    restoreLayout();
    refreshActions();
}

void MainWindow::setupLayout()
{
    setWindowTitle(tr("Lifeguard"));
    resize(1440, 900);
    m_sidebar = new PoolSidebar(this);
    m_page = new PoolPage(this);
    m_overview = new FleetOverview(this);
    m_centre = new QStackedWidget(this);
    m_centre->addWidget(m_page);
    m_centre->addWidget(m_overview);
    m_events = new EventLog(this);
    m_notice = new NoticeBar(this);

    auto* upper = new QWidget(this);
    auto* upperLayout = new QVBoxLayout(upper);
    upperLayout->setContentsMargins(0, 0, 0, 0);
    upperLayout->setSpacing(9);
    upperLayout->addWidget(m_notice);
    upperLayout->addWidget(m_centre, 1);

    m_rows = new QSplitter(Qt::Vertical, this);
    m_rows->addWidget(upper);
    m_rows->addWidget(m_events);
    m_rows->setStretchFactor(0, 7);
    m_rows->setStretchFactor(1, 3);
    m_rows->setHandleWidth(9);
    m_rows->setChildrenCollapsible(false);
    m_rows->setSizes({560, 232});
    auto* right = new QWidget(this);
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(17, 10, 17, 8);
    rightLayout->addWidget(m_rows);

    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->addWidget(m_sidebar);
    m_columns->addWidget(right);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setHandleWidth(1);
    m_columns->setSizes({276, 1164});
    m_sidebar->setMinimumWidth(200);
    setCentralWidget(m_columns);
    setStatusBar(m_status);
}

void MainWindow::wire()
{
    connect(&m_bridge, &Bridge::snapshotArrived, this, &MainWindow::takeSnapshot);
    connect(&m_bridge, &Bridge::eventsArrived, this, &MainWindow::takeEvents);
    connect(m_sidebar, &PoolSidebar::poolSelected, this, &MainWindow::choosePool);
    connect(m_sidebar, &PoolSidebar::connectRequested, m_connect, &QAction::trigger);
    connect(m_sidebar, &PoolSidebar::demoRequested, this, &MainWindow::demoRequested);
    connect(m_overview, &FleetOverview::poolActivated, this, [this](const QString& key) {
        selectPool(key);
        showOverview(false);
    });
    connect(m_page, &PoolPage::healthChecksRequested, m_commands, &WindowCommands::runHealthChecks);
    connect(m_events, &EventLog::exported, this, &MainWindow::showNotice);
    connect(m_events, &EventLog::exportFailed, this, &MainWindow::showError);
    connect(m_events, &EventLog::jumpRequested, this, &MainWindow::showPoolAt);
    connect(m_commands, &WindowCommands::done, this, &MainWindow::showNotice);
    connect(m_commands, &WindowCommands::failed, this, &MainWindow::showError);
    connect(&m_opener, &ProfileOpener::failed, this, &MainWindow::showError);
    connect(&m_opener, &ProfileOpener::opened, this, &MainWindow::selectPool);
    connect(&m_opener, &ProfileOpener::passwordRefused, this, &MainWindow::showPasswordHint);
    connect(&m_theme, &ThemeController::changed, this, &MainWindow::refreshIcons);
    connect(&m_ageTimer, &QTimer::timeout, this, [this] { m_status->showAge(Clock::now(), m_paused); });
    m_ageTimer.start(kAgeMillis);
}

void MainWindow::takeSnapshot(const FleetSnapshotPtr& snapshot)
{
    if (m_paused)
        return;
    m_snapshot = snapshot;
    QStringList names;
    for (const PoolView& view : snapshot->pools) {
        m_events->setPoolName(text(view.key), text(view.name));
        names << text(view.name);
    }
    if (m_findNames->stringList() != names)
        m_findNames->setStringList(names);
    m_status->setSnapshot(*snapshot);
    m_sidebar->setSnapshot(*snapshot);
    if (!m_wanted.isEmpty() && m_sidebar->model().rowOf(m_wanted) >= 0) {
        m_sidebar->select(m_wanted);
        m_wanted.clear();
    }
    if (m_allPools->isChecked())
        m_overview->setSnapshot(*snapshot);
    refreshPage();
    refreshActions();
}

void MainWindow::takeEvents(const std::vector<Event>& events)
{
    m_events->append(events);
    if (m_paused) {
        m_heldBack.insert(m_heldBack.end(), events.begin(), events.end());
        if (m_heldBack.size() > kHeldBackLimit)
            m_heldBack.erase(m_heldBack.begin(), m_heldBack.end() - static_cast<std::ptrdiff_t>(kHeldBackLimit));
        return;
    }
    m_overview->appendEvents(events);
    m_page->appendEvents(events);
}

void MainWindow::selectPool(const QString& key)
{
    m_wanted = key;
    if (m_sidebar->model().rowOf(key) >= 0) {
        m_sidebar->select(key);
        m_wanted.clear();
    }
}

void MainWindow::showOverview(bool shown)
{
    m_allPools->setChecked(shown);
    if (shown && m_snapshot)
        m_overview->setSnapshot(*m_snapshot);
    m_centre->setCurrentWidget(shown ? static_cast<QWidget*>(m_overview) : m_page);
    m_events->setPoolFilter(shown ? QString() : m_page->key());
    if (shown)
        m_overview->focusFilter();
}

void MainWindow::showPoolAt(const QString& key, WallTime)
{
    selectPool(key);
}

void MainWindow::bringToFront()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::choosePool(const QString& key)
{
    showOverview(false);
    m_page->choose(key);
    m_events->setPoolFilter(key);
    refreshPage();
    refreshActions();
}

const PoolView* MainWindow::chosen() const
{
    return m_snapshot ? m_snapshot->find(m_page->key().toStdString()) : nullptr;
}

void MainWindow::refreshPage()
{
    const PoolView* view = chosen();
    m_page->setVisible(view != nullptr && !m_allPools->isChecked());
    if (view == nullptr)
        return;
    m_page->setView(*view, *m_snapshot);
    m_page->appendHistory(m_bridge.historySince(view->key, m_page->newestHistory()));
    m_status->setChosen(view, *m_snapshot);
}

void MainWindow::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    m_pause->setChecked(paused);
    m_events->setPaused(paused);
    if (paused) {
        m_notice->show(NoticeBar::Tone::Plain,
                       tr("The display has stood still since %1; collecting goes on. Pause (Ctrl+Space) ends it.")
                           .arg(QDateTime::currentDateTime().toString(QStringLiteral("HH:mm:ss"))));
    } else {
        m_notice->hide();
        const std::deque<Event> heldBack = std::exchange(m_heldBack, {});
        const std::vector<Event> events(heldBack.begin(), heldBack.end());
        m_overview->appendEvents(events);
        m_page->appendEvents(events);
    }
    m_status->showAge(Clock::now(), m_paused);
}

void MainWindow::showNotice(const QString& sentence)
{
    m_notice->show(NoticeBar::Tone::Good, sentence);
}

void MainWindow::showError(const QString& sentence)
{
    m_notice->show(NoticeBar::Tone::Bad, sentence);
}

void MainWindow::showPasswordHint(const QString& name)
{
    showError(
        tr("%1: the server refuses the login. Pool ▸ Password… asks for the password and tries again.").arg(name));
    refreshActions();
}

void MainWindow::find(const QString& words)
{
    if (words.trimmed().isEmpty() || !m_snapshot)
        return;
    for (const PoolView& view : m_snapshot->pools)
        if (text(view.name).contains(words.trimmed(), Qt::CaseInsensitive))
            return selectPool(text(view.key));
    showNotice(tr("No pool has \"%1\" in its name.").arg(words.trimmed()));
}

void MainWindow::restoreLayout()
{
    restoreGeometry(m_settings.value(QStringLiteral("window/geometry")).toByteArray());
    m_columns->restoreState(m_settings.value(QStringLiteral("window/columns")).toByteArray());
    m_overview->restore(m_settings);
    m_rows->restoreState(m_settings.value(QStringLiteral("window/rows")).toByteArray());
    m_events->restoreState(m_settings.value(QStringLiteral("window/events")).toByteArray());
    const int range = m_settings.value(QStringLiteral("window/range")).toInt();
    if (range >= 0 && range < m_ranges->actions().size())
        m_ranges->actions().at(range)->trigger();
}

void MainWindow::saveLayout()
{
    m_settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    m_settings.setValue(QStringLiteral("window/columns"), m_columns->saveState());
    m_settings.setValue(QStringLiteral("window/rows"), m_rows->saveState());
    m_settings.setValue(QStringLiteral("window/events"), m_events->saveState());
    m_overview->save(m_settings);
    m_settings.setValue(QStringLiteral("window/range"), m_ranges->actions().indexOf(m_ranges->checkedAction()));
    m_settings.setValue(QStringLiteral("theme"), static_cast<int>(m_theme.choice()));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    saveLayout();
    QMainWindow::closeEvent(event);
    Q_EMIT closed();
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_connect != nullptr)
        refreshIcons();
}

} // namespace lifeguard
