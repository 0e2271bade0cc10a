// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/alert_store.h"
#include "app/bridge.h"
#include "app/command_line.h"
#include "app/demo/demo.h"
#include "app/profile_opener.h"
#include "app/profile_store.h"
#include "app/profile_watcher.h"
#include "app/secrets.h"
#include "core/postgres/postgres_driver.h"

#include <QObject>
#include <QSettings>

#include <memory>
#include <thread>

class QApplication;

namespace lifeguard {

class AlertCenter;
class MainWindow;

// Owns and wires everything: engine, bridge, window and demo, and ends them in the right order without freezing the
// window. GUI thread.
class Application : public QObject {
    Q_OBJECT

  public:
    Application(QApplication& application, const CommandLine& wanted, DemoOptions demo = {});
    ~Application() override;

    MainWindow& window() { return *m_window; }

  private:
    void openWanted();
    void startDemo();
    void follow(const DemoReport& report);
    void tellReload();
    void finish(); // pictures and exports, then the end
    void end();    // fleet and demo are shut down on a thread of their own, then the event loop ends

    QApplication& m_application;
    const CommandLine m_wanted;
    const DemoOptions m_demoOptions;
    QSettings m_settings;
    ThemeController m_theme;
    ProfileStore m_profiles;
    AlertStore m_alertRules;
    ProfileWatcher m_profileWatcher;
    Secrets m_secrets;
    Fleet m_fleet;
    Bridge m_bridge;
    ProfileOpener m_opener;
    std::unique_ptr<Demo> m_demo;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<AlertCenter> m_alerts;
    std::thread m_ending;
};

// "ops@workstation"
QString actorName();

} // namespace lifeguard
