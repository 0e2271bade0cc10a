// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/icons.h"

#include <QFile>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

// Outside of any namespace, as Qt demands.
static void initResources()
{
    Q_INIT_RESOURCE(lifeguard);
}

namespace lifeguard {

void registerIcons()
{
    initResources();
}

QPixmap iconPixmap(const QString& name, const QColor& colour, int size, qreal devicePixelRatio)
{
    const QString key = QStringLiteral("lg-%1-%2-%3-%4").arg(name, colour.name()).arg(size).arg(devicePixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(QStringLiteral(":/lifeguard/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QSvgRenderer renderer(file.readAll().replace("#000000", colour.name().toLatin1()));
    pixmap = QPixmap(QSize(size, size) * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon themedIcon(const QString& name, const QColor& colour)
{
    QIcon icon;
    for (const qreal ratio : {1.0, 2.0})
        icon.addPixmap(iconPixmap(name, colour, 16, ratio));
    return icon;
}

QString iconNameOf(PoolHealth health)
{
    switch (health) {
    case PoolHealth::Failing:
        return QStringLiteral("failing");
    case PoolHealth::Degraded:
        return QStringLiteral("degraded");
    case PoolHealth::Stale:
        return QStringLiteral("stale");
    case PoolHealth::Unknown:
        return QStringLiteral("unknown");
    case PoolHealth::Healthy:
        break;
    }
    return QStringLiteral("ok");
}

QString iconNameOf(HealthStatus status, bool stale)
{
    if (stale)
        return QStringLiteral("stale");
    switch (status) {
    case HealthStatus::Ok:
        return QStringLiteral("ok");
    case HealthStatus::Degraded:
        return QStringLiteral("degraded");
    case HealthStatus::Failing:
        return QStringLiteral("failing");
    case HealthStatus::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

QString iconNameOf(Severity severity)
{
    switch (severity) {
    case Severity::Ok:
        return QStringLiteral("ok");
    case Severity::Warning:
        return QStringLiteral("degraded");
    case Severity::Critical:
        return QStringLiteral("failing");
    case Severity::Info:
        break;
    }
    return QStringLiteral("info");
}

QColor colourOf(PoolHealth health, const Theme& theme)
{
    switch (health) {
    case PoolHealth::Failing:
        return theme.failing;
    case PoolHealth::Degraded:
        return theme.degraded;
    case PoolHealth::Healthy:
        return theme.ok;
    case PoolHealth::Stale:
    case PoolHealth::Unknown:
        break;
    }
    return theme.neutral;
}

QColor colourOf(HealthStatus status, const Theme& theme)
{
    switch (status) {
    case HealthStatus::Ok:
        return theme.ok;
    case HealthStatus::Degraded:
        return theme.degraded;
    case HealthStatus::Failing:
        return theme.failing;
    case HealthStatus::Unknown:
        break;
    }
    return theme.neutral;
}

QColor colourOf(Severity severity, const Theme& theme)
{
    switch (severity) {
    case Severity::Ok:
        return theme.ok;
    case Severity::Warning:
        return theme.degraded;
    case Severity::Critical:
        return theme.failing;
    case Severity::Info:
        break;
    }
    return theme.neutral;
}

} // namespace lifeguard
