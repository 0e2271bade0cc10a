// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/alert_center.h"

#include "app/main_window.h"
#include "widgets/dialogs/alert_dialog.h"
#include "widgets/icons.h"
#include "widgets/words.h"

#include <QSettings>
#include <QStatusBar>
#include <QToolButton>

#include <algorithm>

namespace lifeguard {

namespace {

constexpr std::chrono::hours kMuteTime{1};

} // namespace

AlertCenter::AlertCenter(const AlertCenterSetup& setup)
    : m_bridge(setup.bridge)
    , m_store(setup.store)
    , m_settings(setup.settings)
    , m_window(setup.window)
    , m_actor(setup.actor)
    , m_notifier(setup.bus)
    , m_button(new QToolButton(&m_window))
{
    m_store.load();
    m_bridge.alerts().setRules(m_store.rules());
    m_bridge.alerts().restore(AlertStore::mutes(m_settings));
    m_button->setProperty("link", true);
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_window.statusBar()->addPermanentWidget(m_button);
    wire();
    showButton();
    if (!m_store.problem().isEmpty())
        m_window.showError(m_store.problem());
}

AlertCenter::~AlertCenter() = default;

AlertDialog* AlertCenter::dialog() const
{
    return m_dialog;
}

void AlertCenter::wire()
{
    connect(&m_bridge, &Bridge::snapshotArrived, this, &AlertCenter::takeSnapshot);
    connect(&m_bridge, &Bridge::alertsArrived, this, &AlertCenter::takeAlerts);
    connect(&m_window, &MainWindow::alertsRequested, this, &AlertCenter::showDialog);
    connect(m_button, &QToolButton::clicked, this, &AlertCenter::showDialog);
    connect(&m_notifier, &Notifier::openRequested, this, &AlertCenter::open);
    connect(&m_notifier, &Notifier::muteRequested, this, [this](const Incident& incident) {
        mute({incident.kind, incident.subject, {}}, kMuteTime);
    });
    connect(&m_notifier, &Notifier::unavailable, &m_window, &MainWindow::showNotice);
    connect(&m_tray, &TrayIcon::openRequested, this,
            [this] { m_incidents.empty() ? m_window.bringToFront() : open(m_incidents.front()); });
    connect(&m_tray, &TrayIcon::muteRequested, this, [this] { mute({}, kMuteTime); });
    connect(&m_tray, &TrayIcon::quitRequested, &m_window, &QWidget::close);
}

void AlertCenter::takeSnapshot(const FleetSnapshotPtr& snapshot)
{
    m_tray.setSnapshot(*snapshot);
    QStringList names;
    for (const PoolView& view : snapshot->pools)
        names << text(view.name);
    if (names == m_pools)
        return;
    m_pools = names;
    if (m_dialog)
        m_dialog->setPools(m_pools);
}

void AlertCenter::takeAlerts(const std::vector<Incident>& incidents, const std::vector<AlertChange>& changes)
{
    m_notifier.take(changes);
    m_incidents = incidents;
    m_tray.setIncidents(incidents);
    showButton();
    if (m_dialog)
        m_dialog->setIncidents(incidents);
}

// The shape of the worst one, and how many.
void AlertCenter::showButton()
{
    const Severity severity = m_incidents.empty() ? Severity::Ok : m_incidents.front().severity;
    const QString words =
        m_incidents.empty() ? tr("No alerts") : tr("%n alert(s)", nullptr, static_cast<int>(m_incidents.size()));
    const Theme& theme = themeOf(m_window.palette());
    m_button->setIcon(themedIcon(iconNameOf(severity), colourOf(severity, theme)));
    if (m_button->text() == words)
        return;
    m_button->setText(words);
    m_button->setAccessibleName(words);
    m_button->setToolTip(tr("What is wrong now by the alert rules, and the rules"));
}

void AlertCenter::open(const Incident& incident)
{
    m_window.bringToFront();
    m_window.showPoolAt(text(incident.pool), incident.sinceWall);
}

void AlertCenter::mute(AlertMute mute, std::chrono::seconds time)
{
    const WallTime now = std::chrono::system_clock::now();
    mute.until = now + time;
    m_bridge.alerts().mute(mute, now, m_actor.toStdString());
    const std::vector<AlertMute> mutes = m_bridge.alerts().mutes();
    AlertStore::saveMutes(m_settings, mutes);
    if (m_dialog)
        m_dialog->setMutes(mutes);
}

void AlertCenter::showDialog()
{
    if (!m_dialog) {
        m_dialog = new AlertDialog(&m_window);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        wireDialog();
        m_dialog->setPools(m_pools);
        m_dialog->setRules(m_store.rules());
        m_dialog->setMutes(m_bridge.alerts().mutes());
        m_dialog->setIncidents(m_incidents);
    }
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

void AlertCenter::wireDialog()
{
    connect(m_dialog, &AlertDialog::openRequested, this, &AlertCenter::open);
    connect(m_dialog, &AlertDialog::acknowledgeRequested, this,
            [this](quint64 incident) { m_bridge.alerts().acknowledge(incident, m_actor.toStdString()); });
    connect(m_dialog, &AlertDialog::muteRequested, this, &AlertCenter::mute);
    connect(m_dialog, &AlertDialog::saveRequested, this, &AlertCenter::saveRules);
}

void AlertCenter::saveRules(const std::vector<AlertRule>& rules)
{
    QString error;
    if (!m_store.save(rules, &error))
        return m_dialog->showProblem(error);
    m_bridge.alerts().setRules(rules);
    m_dialog->setRules(rules);
}

void AlertCenter::leave()
{
    m_notifier.closeAll();
    m_tray.hide();
}

} // namespace lifeguard
