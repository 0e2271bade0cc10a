// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/notifier.h"

#include "widgets/words.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>

#include <algorithm>

namespace lifeguard {

namespace {

// Desktop Notifications Specification 1.2
const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
const QString kDesktopEntry = QStringLiteral("io.github.lifeguard.Lifeguard");
const QString kDefault = QStringLiteral("default"); // a click on the notification itself
const QString kOpen = QStringLiteral("open");
const QString kMute = QStringLiteral("mute");
enum class Urgency : uchar { Low, Normal, Critical };
constexpr int kByTheService = -1; // it decides how long a notification stays
constexpr int kLastWordMillis = 8'000;

// A body may hold markup, and server messages may look like it.
QString escaped(QString text)
{
    return text.replace(QLatin1Char('&'), QLatin1String("&amp;"))
        .replace(QLatin1Char('<'), QLatin1String("&lt;"))
        .replace(QLatin1Char('>'), QLatin1String("&gt;"));
}

Urgency urgencyOf(const Incident& incident, bool over)
{
    if (over)
        return Urgency::Low;
    return incident.severity == Severity::Critical ? Urgency::Critical : Urgency::Normal;
}

QString summaryOf(const Incident& incident, bool over)
{
    const QString what = Notifier::tr("%1: %2", "pool, alert").arg(text(incident.name), Words::of(incident.kind));
    return over ? Notifier::tr("Over: %1", "alert").arg(what) : what;
}

QString bodyOf(const Incident& incident, bool over)
{
    return over ? Notifier::tr("It lasted %1; the worst was %2.")
                      .arg(Words::duration(incident.lasted()), text(valueText(incident.kind, incident.worst)))
                : Notifier::tr("%1\nSince %2").arg(text(incident.text), Words::timeOfDay(incident.sinceWall));
}

} // namespace

Notifier::Notifier(const QDBusConnection& bus, QObject* parent) : QObject(parent), m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    const auto listen = [this](const char* signal, const char* slot) {
        m_bus.connect(kService, kPath, kService, QLatin1String(signal), this, slot);
    };
    listen("ActionInvoked", SLOT(onAction(uint, QString)));
    listen("NotificationClosed", SLOT(onClosed(uint, uint)));
    listen("ActivationToken", SLOT(onActivationToken(uint, QString)));
    auto* watcher = new QDBusServiceWatcher(kService, m_bus, QDBusServiceWatcher::WatchForUnregistration, this);
    connect(watcher, &QDBusServiceWatcher::serviceUnregistered, this, &Notifier::forgetNumbers);
}

void Notifier::take(const std::vector<AlertChange>& changes)
{
    for (const AlertChange& change : changes) {
        switch (change.what) {
        case AlertChange::What::Began:
        case AlertChange::What::Reminded:
            if (!change.incident.muted)
                show(change.incident);
            break;
        case AlertChange::What::Acknowledged:
        case AlertChange::What::Muted:
            withdraw(change.incident.id);
            break;
        case AlertChange::What::Ended:
            sayItIsOver(change.incident);
            break;
        }
    }
}

void Notifier::show(const Incident& incident)
{
    if (!m_bus.isConnected()) // a call would never be answered
        return sayUnavailable(tr("there is no session bus"));
    Shown& shown = m_shown[incident.id];
    shown.incident = incident;
    shown.unwanted = false;
    if (shown.asked)
        return;
    shown.asked = true;
    auto* watcher = new QDBusPendingCallWatcher(notify(incident, shown.notification, false), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, id = incident.id](QDBusPendingCallWatcher* call) {
        onShown(id, *call);
        call->deleteLater();
    });
}

void Notifier::onShown(quint64 incident, QDBusPendingCallWatcher& call)
{
    const QDBusPendingReply<uint> reply = call;
    if (reply.isError()) {
        m_shown.remove(incident);
        return sayUnavailable(reply.error().message());
    }
    const auto shown = m_shown.find(incident);
    if (shown == m_shown.end()) // all were closed meanwhile
        return close(reply.value());
    shown->asked = false;
    shown->notification = reply.value();
    if (shown->unwanted)
        withdraw(incident);
}

void Notifier::sayUnavailable(const QString& why)
{
    if (!std::exchange(m_toldUnavailable, true))
        Q_EMIT unavailable(tr("This desktop shows no notifications (%1). Alerts are shown in this window only: Tools ▸ "
                              "Alerts…, and the button in the status bar.")
                               .arg(why));
}

void Notifier::withdraw(quint64 incident)
{
    const auto shown = m_shown.find(incident);
    if (shown == m_shown.end())
        return;
    if (shown->asked) {
        shown->unwanted = true;
        return;
    }
    close(shown->notification);
    m_shown.erase(shown);
}

// Only in the place of what is still on the screen: who has put it away need not be told.
void Notifier::sayItIsOver(const Incident& incident)
{
    const auto shown = m_shown.find(incident.id);
    if (shown == m_shown.end() || shown->asked)
        return withdraw(incident.id);
    if (shown->notification != 0)
        notify(incident, shown->notification, true);
    m_shown.erase(shown);
}

QDBusPendingCall Notifier::notify(const Incident& incident, uint replaces, bool over)
{
    QVariantMap hints{{QStringLiteral("desktop-entry"), kDesktopEntry},
                      {QStringLiteral("urgency"), QVariant::fromValue(static_cast<uchar>(urgencyOf(incident, over)))}};
    if (over)
        hints.insert(QStringLiteral("transient"), true); // not worth a place in the desktop's list
    const QStringList actions =
        over ? QStringList() : QStringList{kDefault, tr("Open"), kOpen, tr("Open"), kMute, tr("Mute 1 h")};
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, QStringLiteral("Notify"));
    call.setArguments({QStringLiteral("Lifeguard"), replaces, kDesktopEntry, summaryOf(incident, over),
                       escaped(bodyOf(incident, over)), actions, hints, over ? kLastWordMillis : kByTheService});
    return m_bus.asyncCall(call);
}

void Notifier::close(uint notification)
{
    if (notification == 0)
        return;
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, QStringLiteral("CloseNotification"));
    call.setArguments({notification});
    m_bus.asyncCall(call);
}

void Notifier::closeAll()
{
    for (const Shown& shown : std::as_const(m_shown))
        close(shown.notification);
    m_shown.clear();
}

Notifier::Shown* Notifier::find(uint notification)
{
    const auto found = std::find_if(m_shown.begin(), m_shown.end(), [notification](const Shown& shown) {
        return notification != 0 && shown.notification == notification;
    });
    return found == m_shown.end() ? nullptr : &*found;
}

void Notifier::onAction(uint notification, const QString& action)
{
    const Shown* shown = find(notification);
    if (shown == nullptr)
        return;
    const Incident incident = shown->incident; // who is told may change what is shown
    if (action == kMute)
        Q_EMIT muteRequested(incident);
    else if (action == kOpen || action == kDefault)
        Q_EMIT openRequested(incident);
}

void Notifier::onClosed(uint notification, uint)
{
    if (Shown* shown = find(notification))
        shown->notification = 0;
}

// Wayland lets a window come to the front only with the token of the click.
void Notifier::onActivationToken(uint notification, const QString& token)
{
    if (find(notification) != nullptr)
        qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());
}

// A service that starts anew knows nothing of the old one's numbers.
void Notifier::forgetNumbers()
{
    for (Shown& shown : m_shown)
        shown.notification = 0;
}

} // namespace lifeguard
