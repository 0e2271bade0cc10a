// SPDX-License-Identifier: GPL-3.0-or-later
// The actions of MainWindow: menus, tool bar, and which of them can act now, and why not.
#include "app/main_window.h"

#include "app/notice_bar.h"
#include "app/window_commands.h"
#include "widgets/icons.h"
#include "widgets/panels/event_log.h"
#include "widgets/panels/pool_page.h"
#include "widgets/words.h"

#include <QActionGroup>
#include <QApplication>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QStringListModel>
#include <QToolBar>
#include <QToolButton>

namespace lifeguard {

namespace {

// An action that can't act says why.
void allow(QAction* action, const QString& whyNot, const QString& what)
{
    action->setEnabled(whyNot.isEmpty());
    action->setToolTip(whyNot.isEmpty() ? what : whyNot);
    action->setStatusTip(whyNot);
}

// Returns what stands for the button in the tool bar.
QAction* addButton(QToolBar& bar, QAction* action, bool primary = false)
{
    auto* button = new QToolButton(&bar);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setProperty("button", true);
    if (primary)
        button->setProperty("primary", true);
    return bar.addWidget(button);
}

} // namespace

void MainWindow::setupActions()
{
    const auto add = [this](const QString& text, const QKeySequence& shortcut, auto slot) {
        auto* action = new QAction(text, this);
        action->setShortcut(shortcut);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        return action;
    };
    const auto withChosen = [this](auto act) {
        return [this, act] {
            if (const PoolView* view = chosen())
                act(*view);
        };
    };
    m_connect = add(tr("&Connect…"), QKeySequence::New,
                    [this] { m_commands->connectToDatabase(m_snapshot ? *m_snapshot : FleetSnapshot{}); });
    m_closePool = add(tr("C&lose pool"), QKeySequence::Close,
                      withChosen([this](const PoolView& view) { m_commands->closePool(view); }));
    m_quit = add(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
    m_softReset = add(tr("&Soft reset…"), QKeySequence(Qt::CTRL | Qt::Key_R),
                      withChosen([this](const PoolView& view) { m_commands->resetPool(view, ResetKind::Soft); }));
    m_hardReset = add(tr("&Hard reset…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
                      withChosen([this](const PoolView& view) { m_commands->resetPool(view, ResetKind::Hard); }));
    m_register = add(tr("&Test registration"), QKeySequence(Qt::CTRL | Qt::Key_T),
                     withChosen([this](const PoolView& view) { m_commands->registerTestUser(view); }));
    m_checkNow = add(tr("Run health &checks"), QKeySequence(Qt::Key_F5),
                     withChosen([this](const PoolView& view) { m_commands->runHealthChecks(text(view.key)); }));
    m_askPassword = add(tr("&Password…"), {},
                        withChosen([this](const PoolView& view) { m_opener.askPassword(text(view.key), this); }));
    m_resize = add(tr("Resi&ze…"), {}, withChosen([this](const PoolView& view) { m_commands->resizePool(view); }));
    m_suspend = add(tr("S&uspend…"), {}, withChosen([this](const PoolView& view) { m_commands->suspendPool(view); }));
    m_resume = add(tr("Resu&me"), {}, withChosen([this](const PoolView& view) { m_commands->resumePool(view); }));
    m_allPools = add(tr("&All pools"), QKeySequence(Qt::CTRL | Qt::Key_0), [this](bool on) { showOverview(on); });
    m_allPools->setCheckable(true);
    m_allPools->setToolTip(tr("Every pool in one table, the worst first"));
    m_pause = add(tr("&Pause"), QKeySequence(Qt::CTRL | Qt::Key_Space), [this](bool on) { setPaused(on); });
    m_pause->setCheckable(true);
    m_filterEvents = add(tr("&Filter events"), QKeySequence::Find, [this] { m_events->focusFilter(); });
    m_findPool = add(tr("Find a &pool"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] {
        m_find->setFocus(Qt::ShortcutFocusReason);
        m_find->selectAll();
    });
    m_fullScreen = add(tr("F&ull screen"), QKeySequence(Qt::Key_F11),
                       [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    m_alerts =
        add(tr("&Alerts…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A), [this] { Q_EMIT alertsRequested(); });
    m_about = add(tr("&About Lifeguard"), {}, [this] {
        showNotice(
            tr("Lifeguard %1: a console for database connection pools. GPL-3.0-or-later; its core is Apache-2.0.")
                .arg(QApplication::applicationVersion()));
    });
}

void MainWindow::setupMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(m_connect);
    m_profileMenu = file->addMenu(tr("&Open profile"));
    connect(m_profileMenu, &QMenu::aboutToShow, this, &MainWindow::refreshProfiles);
    file->addAction(m_closePool);
    file->addSeparator();
    file->addAction(m_quit);
    QMenu* pool = menuBar()->addMenu(tr("&Pool"));
    pool->addActions({m_softReset, m_hardReset});
    pool->addSeparator();
    pool->addActions({m_resize, m_suspend, m_resume});
    pool->addSeparator();
    pool->addActions({m_checkNow, m_askPassword});
    pool->setToolTipsVisible(true);
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addActions({m_allPools, m_pause, m_findPool, m_filterEvents});
    QMenu* themes = view->addMenu(tr("&Theme"));
    m_themes = new QActionGroup(this);
    const std::pair<ThemeChoice, QString> choices[] = {{ThemeChoice::System, tr("As the &system")},
                                                       {ThemeChoice::Light, tr("&Light")},
                                                       {ThemeChoice::Dark, tr("&Dark")}};
    for (const auto& [choice, name] : choices) {
        QAction* action = m_themes->addAction(name);
        action->setCheckable(true);
        action->setChecked(choice == m_theme.choice());
        themes->addAction(action);
        connect(action, &QAction::triggered, this, [this, wanted = choice] { m_theme.setChoice(wanted); });
    }
    view->addAction(m_fullScreen);
    m_toolMenu = menuBar()->addMenu(tr("&Tools"));
    m_toolMenu->addActions({m_register, m_alerts});
    m_demoMenu = m_toolMenu->addMenu(tr("&Demo: cause a fault"));
    for (const DemoFault fault : kDemoFaults)
        connect(m_demoMenu->addAction(titleOf(fault)), &QAction::triggered, this, [this, fault] {
            if (m_causeFault)
                m_causeFault(fault);
        });
    m_demoMenu->menuAction()->setVisible(static_cast<bool>(m_causeFault));
    menuBar()->addMenu(tr("&Help"))->addAction(m_about);
}

void MainWindow::enableDemoMenu(std::function<void(DemoFault)> causeFault)
{
    m_causeFault = std::move(causeFault);
    m_demoMenu->menuAction()->setVisible(static_cast<bool>(m_causeFault));
    refreshActions();
}

// In read-only mode what would act isn't there, neither in a menu nor in the tool bar nor as a shortcut.
void MainWindow::offerActions(const PoolView* view)
{
    const bool offered = !m_readOnly && (view == nullptr || !view->readOnly);
    m_guard.setOffered(offered);
    m_toolMenu->menuAction()->setVisible(offered || m_causeFault);
}

void MainWindow::setupToolBar()
{
    QToolBar* bar = addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("tools"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    addButton(*bar, m_connect);
    addButton(*bar, m_allPools);
    m_resetButton = new QToolButton(bar);
    m_resetButton->setText(tr("Reset pool ▾"));
    m_resetButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_resetButton->setProperty("button", true);
    m_resetButton->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_resetButton);
    menu->setToolTipsVisible(true);
    menu->addActions({m_softReset, m_hardReset});
    m_resetButton->setMenu(menu);
    for (QAction* action : {bar->addWidget(m_resetButton), addButton(*bar, m_register, true), m_softReset, m_hardReset,
                            m_register, m_resize, m_suspend, m_resume})
        m_guard.guard(action);
    addButton(*bar, m_pause);
    auto* space = new QWidget(bar);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    addRangeButtons(*bar);
    addFindBox(*bar);
    refreshIcons();
}

void MainWindow::addRangeButtons(QToolBar& bar)
{
    auto* segments = new QWidget(&bar);
    auto* layout = new QHBoxLayout(segments);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->setSpacing(0);
    m_ranges = new QActionGroup(this);
    const std::pair<TimeRange, QString> choices[] = {{TimeRange::Live, tr("Live")},
                                                     {TimeRange::Minutes5, tr("5 min")},
                                                     {TimeRange::Minutes15, tr("15 min")},
                                                     {TimeRange::Hour1, tr("1 h")},
                                                     {TimeRange::Hours24, tr("24 h")}};
    for (const auto& [range, name] : choices) {
        QAction* action = m_ranges->addAction(name);
        action->setCheckable(true);
        action->setToolTip(range == TimeRange::Live ? tr("The last five minutes, following")
                                                    : tr("The last %1 in the charts").arg(name));
        auto* button = new QToolButton(segments);
        button->setDefaultAction(action);
        button->setProperty("segment", true);
        button->setProperty("first", range == TimeRange::Live);
        button->setProperty("last", range == TimeRange::Hours24);
        layout->addWidget(button);
        connect(action, &QAction::triggered, this, [this, wanted = range] {
            if (wanted == TimeRange::Live)
                setPaused(false);
            m_page->setRange(wanted);
        });
    }
    m_ranges->actions().first()->setChecked(true);
    bar.addWidget(segments);
}

void MainWindow::addFindBox(QToolBar& bar)
{
    m_find = new QLineEdit(&bar);
    m_find->setPlaceholderText(tr("Find a pool    Ctrl+K"));
    m_find->setAccessibleName(tr("Find a pool"));
    m_find->setClearButtonEnabled(true);
    m_find->setMinimumWidth(120);
    m_find->setMaximumWidth(230);
    m_findNames = new QStringListModel(this);
    auto* completer = new QCompleter(m_findNames, m_find);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    m_find->setCompleter(completer);
    connect(completer, qOverload<const QString&>(&QCompleter::activated), this, &MainWindow::find);
    connect(m_find, &QLineEdit::returnPressed, this, [this] { find(m_find->text()); });
    bar.addWidget(m_find);
}

void MainWindow::refreshProfiles()
{
    m_profileMenu->clear();
    for (const Profile& profile : m_profiles.profiles()) {
        QAction* action = m_profileMenu->addAction(text(profile.name));
        const bool open = m_snapshot && m_snapshot->find(profile.name) != nullptr;
        action->setEnabled(!open);
        action->setToolTip(open ? tr("It is open already") : text(profile.connection));
        connect(action, &QAction::triggered, this, [this, profile] { m_opener.open(profile); });
    }
    if (m_profileMenu->isEmpty())
        m_profileMenu->addAction(tr("None saved yet"))->setEnabled(false);
    m_profileMenu->setToolTipsVisible(true);
}

void MainWindow::refreshActions()
{
    const PoolView* view = chosen();
    offerActions(view);
    const QString none = view == nullptr ? tr("Choose a pool first") : QString();
    const QString notManaged =
        view == nullptr ? none
        : view->kind == PoolKind::Managed
            ? QString()
            : tr("This works on managed pools only; %1 belongs to its application").arg(text(view->name));
    allow(m_softReset, none, tr("Replace idle connections now and leased ones when they come back"));
    allow(m_hardReset, none, tr("Replace every connection now; callers get errors"));
    allow(m_register, notManaged, tr("Register a synthetic user through this pool and roll it back"));
    const bool suspended = view != nullptr && view->managed && view->managed->state == PoolState::Suspended;
    allow(m_resize, notManaged, tr("Change how many connections this pool may have, until it is closed"));
    allow(m_suspend,
          !notManaged.isEmpty() ? notManaged
          : suspended           ? tr("It is suspended already")
                                : QString(),
          tr("Lend nothing and keep no connection, so that the server can be restarted; callers wait"));
    allow(m_resume,
          !notManaged.isEmpty() ? notManaged
          : suspended           ? QString()
                                : tr("It is not suspended"),
          tr("Lend connections again"));
    allow(m_checkNow, notManaged, tr("Ask all health checks of this pool now"));
    allow(m_closePool, notManaged, tr("Close this pool and its connections"));
    allow(m_askPassword,
          !notManaged.isEmpty() || m_opener.knows(text(view->key)) ? notManaged : tr("Opened by the demo"),
          tr("Give another password and open the pool again"));
    m_resetButton->setEnabled(none.isEmpty());
    m_resetButton->setToolTip(none.isEmpty() ? tr("Reset the pool that is chosen") : none);
}

void MainWindow::refreshIcons()
{
    const Theme& theme = themeOf(palette());
    m_connect->setIcon(themedIcon(QStringLiteral("connect"), theme.text));
    m_register->setIcon(themedIcon(QStringLiteral("play"), theme.onAccent));
    m_allPools->setIcon(themedIcon(QStringLiteral("grid"), theme.text));
    m_pause->setIcon(themedIcon(QStringLiteral("pause"), theme.text));
    if (m_resetButton != nullptr)
        m_resetButton->setIcon(themedIcon(QStringLiteral("reset"), theme.text));
    if (m_find != nullptr) {
        if (m_find->actions().isEmpty())
            m_find->addAction(new QAction(m_find), QLineEdit::LeadingPosition);
        m_find->actions().first()->setIcon(themedIcon(QStringLiteral("find"), theme.muted));
    }
}

} // namespace lifeguard
