// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert_rule.h"
#include "core/events/event.h"
#include "core/fleet/fleet_snapshot.h"
#include "core/registration/test_registration.h"

#include <QCoreApplication>
#include <QString>
#include <chrono>

namespace lifeguard {

// The words of the screen, translated.
class Words {
    Q_DECLARE_TR_FUNCTIONS(Words)

  public:
    static QString of(PoolHealth health);
    static QString of(HealthStatus status);
    static QString of(CheckKind kind);
    static QString of(AlertKind kind); // "Callers wait"
    static QString of(EventGroup group);
    static QString of(EventKind kind);
    static QString of(Severity severity);
    static QString of(RegistrationPhase phase);
    static QString of(EndOutcome outcome);
    static QString of(Environment environment);

    static QString duration(std::chrono::nanoseconds duration); // "1.4 s", "3 h 12 min"
    static QString millis(std::chrono::microseconds duration);  // "2.4 ms"
    static QString time(WallTime time);                         // "14:31:22.951", local
    static QString timeOfDay(WallTime time);                    // "14:31:22", local
    static QString count(qint64 number);                        // "1 284", as the locale groups it
    static QString stale(std::chrono::nanoseconds age);         // "Stale 14 s"

    // "Healthy", "Failing · Down since 12:03:11, ...", "Stale 14 s": the verdict in one line.
    static QString verdict(const PoolView& view, TimePoint now);
};

inline QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

} // namespace lifeguard
