// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/action_guard.h"
#include "app/bridge.h"
#include "app/demo/demo_fault.h"
#include "app/profile_opener.h"
#include "app/profile_store.h"
#include "widgets/charts/time_chart.h"
#include "widgets/theme/theme_controller.h"

#include <QMainWindow>
#include <QTimer>

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

class QAction;
class QActionGroup;
class QLabel;
class QLineEdit;
class QSettings;
class QSplitter;
class QStackedWidget;
class QStringListModel;
class QToolBar;
class QToolButton;

namespace lifeguard {

class EventLog;
class FleetOverview;
class NoticeBar;
class PoolPage;
class PoolSidebar;
class StatusLine;
class WindowCommands;

struct MainWindowSetup {
    Bridge& bridge;
    ProfileStore& profiles;
    ProfileOpener& opener;
    ThemeController& theme;
    QSettings& settings;
    QString actor;                             // "ops@workstation"
    std::function<void(DemoFault)> causeFault; // empty: there is no demo menu
    bool readOnly = false;                     // no action on any pool is offered
};

// The console: pools at the left, the chosen one in the middle, events below. It composes the panels and carries values
// between them and the bridge. GUI thread.
class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    explicit MainWindow(const MainWindowSetup& setup);

    void selectPool(const QString& key); // now, or when it comes
    void showPoolAt(const QString& key, WallTime at);
    void bringToFront();
    void setPaused(bool paused);
    bool paused() const { return m_paused; }
    void showNotice(const QString& sentence);
    void showError(const QString& sentence);
    void enableDemoMenu(std::function<void(DemoFault)> causeFault); // empty: hides it

    PoolSidebar& sidebar() { return *m_sidebar; }
    PoolPage& page() { return *m_page; }
    FleetOverview& overview() { return *m_overview; }
    EventLog& events() { return *m_events; }
    NoticeBar& notices() { return *m_notice; }

  Q_SIGNALS:
    void demoRequested();
    void alertsRequested();
    void closed();

  protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void setupActions();
    void setupMenus();
    void setupToolBar();
    void setupLayout();
    void wire();
    void addRangeButtons(QToolBar& bar);
    void addFindBox(QToolBar& bar);
    void restoreLayout();
    void saveLayout();

    void takeSnapshot(const FleetSnapshotPtr& snapshot);
    void takeEvents(const std::vector<Event>& events);
    void choosePool(const QString& key);
    void refreshPage();
    void showOverview(bool shown);
    void refreshActions();
    void offerActions(const PoolView* view);
    void refreshProfiles();
    void refreshIcons();
    void find(const QString& words);
    const PoolView* chosen() const;
    void showPasswordHint(const QString& name);

    Bridge& m_bridge;
    ProfileStore& m_profiles;
    ProfileOpener& m_opener;
    ThemeController& m_theme;
    QSettings& m_settings;
    std::function<void(DemoFault)> m_causeFault;
    const bool m_readOnly;
    FleetSnapshotPtr m_snapshot;
    std::deque<Event> m_heldBack; // the charts' share of a pause: the newest up to a limit
    QString m_wanted;             // pool to select when it comes
    bool m_paused = false;
    QTimer m_ageTimer;

    PoolSidebar* m_sidebar = nullptr;
    PoolPage* m_page = nullptr;
    FleetOverview* m_overview = nullptr;
    QStackedWidget* m_centre = nullptr; // the chosen pool's page, or all pools
    EventLog* m_events = nullptr;
    NoticeBar* m_notice = nullptr;
    StatusLine* m_status = nullptr;
    WindowCommands* m_commands = nullptr;
    ActionGuard m_guard;
    QSplitter* m_columns = nullptr;
    QSplitter* m_rows = nullptr;
    QLineEdit* m_find = nullptr;
    QStringListModel* m_findNames = nullptr;
    QToolButton* m_resetButton = nullptr;
    QMenu* m_profileMenu = nullptr;
    QMenu* m_toolMenu = nullptr;
    QMenu* m_demoMenu = nullptr;
    QActionGroup* m_ranges = nullptr;
    QActionGroup* m_themes = nullptr;

    QAction* m_connect = nullptr;
    QAction* m_closePool = nullptr;
    QAction* m_quit = nullptr;
    QAction* m_softReset = nullptr;
    QAction* m_hardReset = nullptr;
    QAction* m_register = nullptr;
    QAction* m_checkNow = nullptr;
    QAction* m_allPools = nullptr;
    QAction* m_resize = nullptr;
    QAction* m_suspend = nullptr;
    QAction* m_resume = nullptr;
    QAction* m_pause = nullptr;
    QAction* m_filterEvents = nullptr;
    QAction* m_findPool = nullptr;
    QAction* m_fullScreen = nullptr;
    QAction* m_askPassword = nullptr;
    QAction* m_alerts = nullptr;
    QAction* m_about = nullptr;
};

} // namespace lifeguard
