// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/incident.h"

#include <QObject>
#include <QSystemTrayIcon>

#include <memory>
#include <vector>

class QMenu;

namespace lifeguard {

// The worst state of the fleet beside the clock, as a shape and in words. Where the desktop has no tray it isn't seen,
// and shows up by itself when one comes. GUI thread.
class TrayIcon : public QObject {
    Q_OBJECT

  public:
    explicit TrayIcon(QObject* parent = nullptr);
    ~TrayIcon() override;

    void setSnapshot(const FleetSnapshot& snapshot);
    void setIncidents(const std::vector<Incident>& incidents);
    void hide();

    QString toolTip() const { return m_icon.toolTip(); }
    QString shape() const { return m_shape; } // the name of the icon (see widgets/icons.h)
    QMenu& menu() { return *m_menu; }

  Q_SIGNALS:
    void openRequested();
    void muteRequested(); // of everything, for an hour
    void quitRequested();

  private:
    void showWords();

    QSystemTrayIcon m_icon;
    std::unique_ptr<QMenu> m_menu;
    QString m_shape;
    QString m_pools;
    QStringList m_incidents;
};

// The worst health of all pools; Unknown without any.
PoolHealth worstHealth(const FleetSnapshot& snapshot);

} // namespace lifeguard
