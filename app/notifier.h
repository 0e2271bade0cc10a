// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/incident.h"

#include <QDBusConnection>
#include <QHash>
#include <QObject>

#include <vector>

class QDBusPendingCallWatcher;

namespace lifeguard {

// One notification of the desktop (org.freedesktop.Notifications) for each incident: shown when it begins and for
// reminders, replaced by a quiet last word when it ends, closed when it is acknowledged or muted. Every call is
// asynchronous. GUI thread.
class Notifier : public QObject {
    Q_OBJECT

  public:
    explicit Notifier(const QDBusConnection& bus, QObject* parent = nullptr);

    void take(const std::vector<AlertChange>& changes);
    void closeAll(); // the program ends: nobody would answer

  Q_SIGNALS:
    void openRequested(const Incident& incident);
    void muteRequested(const Incident& incident);
    void unavailable(const QString& sentence); // at the first alert that can't be shown; once

  private Q_SLOTS:
    void onAction(uint notification, const QString& action);
    void onClosed(uint notification, uint reason);
    void onActivationToken(uint notification, const QString& token);

  private:
    struct Shown {
        Incident incident;
        uint notification = 0; // the service's number; 0: none is on the screen
        bool asked = false;    // the number hasn't come yet
        bool unwanted = false; // close it as soon as it has
    };

    void show(const Incident& incident);
    void sayUnavailable(const QString& why);
    void withdraw(quint64 incident);
    void sayItIsOver(const Incident& incident);
    void onShown(quint64 incident, QDBusPendingCallWatcher& call);
    void close(uint notification);
    QDBusPendingCall notify(const Incident& incident, uint replaces, bool over);
    void forgetNumbers();
    Shown* find(uint notification);

    QDBusConnection m_bus;
    QHash<quint64, Shown> m_shown; // by the incident's id
    bool m_toldUnavailable = false;
};

} // namespace lifeguard
