// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/fleet_snapshot.h"

#include <QStatusBar>

class QLabel;

namespace lifeguard {

// The foot of the window: how the pools are, how old the numbers are, what the console costs its server, and who is
// acting.
class StatusLine : public QStatusBar {
    Q_OBJECT

  public:
    explicit StatusLine(const QString& actor, QWidget* parent = nullptr);

    void setSnapshot(const FleetSnapshot& snapshot);
    void showAge(TimePoint now, bool paused); // called by a timer, so that old numbers can't look young
    void setChosen(const PoolView* view, const FleetSnapshot& snapshot);

  private:
    const QString m_actor;
    TimePoint m_sampledAt{};
    std::chrono::milliseconds m_interval{250};
    std::uint64_t m_missed = 0;
    QLabel* m_pools;
    QLabel* m_age;
    QLabel* m_cost;
    QLabel* m_acting;
};

// "8 pools · 1 failing · 2 degraded"
QString fleetSummary(const FleetSnapshot& snapshot);

} // namespace lifeguard
