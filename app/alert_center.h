// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/alert_store.h"
#include "app/bridge.h"
#include "app/notifier.h"
#include "app/tray_icon.h"

#include <QPointer>

class QSettings;
class QToolButton;

namespace lifeguard {

class AlertDialog;
class MainWindow;

struct AlertCenterSetup {
    Bridge& bridge;
    AlertStore& store;
    QSettings& settings;
    MainWindow& window;
    QString actor;       // "ops@workstation"
    QDBusConnection bus; // where the notification service is
};

// Tells people: carries incidents from the bridge to the desktop's notifications, the tray, the button in the status
// bar and the dialog, and what people answer back to the alert desk. GUI thread; must die before the window.
class AlertCenter : public QObject {
    Q_OBJECT

  public:
    explicit AlertCenter(const AlertCenterSetup& setup);
    ~AlertCenter() override;

    void showDialog();
    void mute(AlertMute mute, std::chrono::seconds time); // its `until` is from now on; 0: told again
    void leave();                                         // takes notifications and tray icon away

    AlertDialog* dialog() const; // null while it is closed
    TrayIcon& tray() { return m_tray; }
    QToolButton& button() { return *m_button; }

  private:
    void wire();
    void wireDialog();
    void takeAlerts(const std::vector<Incident>& incidents, const std::vector<AlertChange>& changes);
    void takeSnapshot(const FleetSnapshotPtr& snapshot);
    void open(const Incident& incident);
    void saveRules(const std::vector<AlertRule>& rules);
    void showButton();

    Bridge& m_bridge;
    AlertStore& m_store;
    QSettings& m_settings;
    MainWindow& m_window;
    const QString m_actor;
    Notifier m_notifier;
    TrayIcon m_tray;
    QToolButton* m_button;
    QPointer<AlertDialog> m_dialog;
    std::vector<Incident> m_incidents;
    QStringList m_pools; // names, for rules
};

} // namespace lifeguard
