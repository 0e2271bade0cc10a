// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"
#include "core/fleet/verdict.h"
#include "core/health/health.h"
#include "widgets/theme/theme.h"

#include <QIcon>
#include <QPixmap>
#include <QString>

namespace lifeguard {

// Makes ":/lifeguard/icons" known; call it before anything is shown. Repeated calls do nothing.
void registerIcons();

// Icons drawn for this project (resources/icons), tinted. Each state has a shape of its own: a disc with a check, a
// triangle, a square with a cross, a ring. `size` in logical pixels.
QPixmap iconPixmap(const QString& name, const QColor& colour, int size, qreal devicePixelRatio);

// For buttons and actions.
QIcon themedIcon(const QString& name, const QColor& colour);

QString iconNameOf(PoolHealth health);
QString iconNameOf(HealthStatus status, bool stale = false);
QString iconNameOf(Severity severity);
QColor colourOf(PoolHealth health, const Theme& theme);
QColor colourOf(HealthStatus status, const Theme& theme);
QColor colourOf(Severity severity, const Theme& theme);

} // namespace lifeguard
