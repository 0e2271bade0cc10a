// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tray_icon.h"

#include "app/status_line.h"
#include "widgets/icons.h"
#include "widgets/words.h"

#include <QGuiApplication>
#include <QMenu>

#include <algorithm>

namespace lifeguard {

namespace {

constexpr std::size_t kIncidentsInWords = 5; // a tooltip isn't a list
constexpr int kLargest = 64;                 // pixels: panels scale down, not up

QIcon iconOf(PoolHealth health)
{
    const Theme& theme = themeOf(QGuiApplication::palette());
    QIcon icon;
    for (int size = 16; size <= kLargest; size *= 2)
        icon.addPixmap(iconPixmap(iconNameOf(health), colourOf(health, theme), size, 1.0));
    return icon;
}

} // namespace

PoolHealth worstHealth(const FleetSnapshot& snapshot)
{
    const auto worst =
        std::min_element(snapshot.pools.begin(), snapshot.pools.end(), [](const PoolView& one, const PoolView& other) {
            return one.verdict.health < other.verdict.health;
        });
    return worst == snapshot.pools.end() ? PoolHealth::Unknown : worst->verdict.health;
}

TrayIcon::TrayIcon(QObject* parent) : QObject(parent), m_menu(std::make_unique<QMenu>())
{
    connect(m_menu->addAction(tr("Open")), &QAction::triggered, this, &TrayIcon::openRequested);
    connect(m_menu->addAction(tr("Mute 1 h")), &QAction::triggered, this, &TrayIcon::muteRequested);
    m_menu->addSeparator();
    connect(m_menu->addAction(tr("Quit")), &QAction::triggered, this, &TrayIcon::quitRequested);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT openRequested();
    });
    m_icon.setContextMenu(m_menu.get());
    setSnapshot({});
    m_icon.show();
}

TrayIcon::~TrayIcon() = default;

void TrayIcon::setSnapshot(const FleetSnapshot& snapshot)
{
    const PoolHealth health = worstHealth(snapshot);
    if (const QString shape = iconNameOf(health); shape != m_shape) {
        m_shape = shape;
        m_icon.setIcon(iconOf(health));
    }
    m_pools = fleetSummary(snapshot);
    showWords();
}

void TrayIcon::setIncidents(const std::vector<Incident>& incidents)
{
    m_incidents.clear();
    for (std::size_t i = 0; i < std::min(incidents.size(), kIncidentsInWords); ++i)
        m_incidents << tr("%1: %2 since %3", "pool, alert, time")
                           .arg(text(incidents[i].name), Words::of(incidents[i].kind),
                                Words::timeOfDay(incidents[i].sinceWall));
    if (incidents.size() > kIncidentsInWords)
        m_incidents << tr("and %n more", nullptr, static_cast<int>(incidents.size() - kIncidentsInWords));
    showWords();
}

void TrayIcon::showWords()
{
    const QString words = (QStringList{tr("Lifeguard: %1").arg(m_pools)} + m_incidents).join(QLatin1Char('\n'));
    if (words != m_icon.toolTip())
        m_icon.setToolTip(words);
}

void TrayIcon::hide()
{
    m_icon.hide();
}

} // namespace lifeguard
