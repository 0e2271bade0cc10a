// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/fleet_snapshot.h"
#include "core/fleet/history.h"
#include "widgets/charts/time_chart.h"

#include <QWidget>

#include <deque>
#include <vector>

namespace lifeguard {

class Card;
class ConnectionsChart;
class HealthPanel;
class LatencyChart;
class PoolHeader;
class TileRow;

// One pool: verdict, numbers, charts and health. It keeps the marks of every pool, and shows those of the one that is
// chosen. GUI thread.
class PoolPage : public QWidget {
    Q_OBJECT

  public:
    explicit PoolPage(QWidget* parent = nullptr);

    QString key() const { return m_key; }

    // Turns to another pool: the charts are empty until its history comes.
    void choose(const QString& key);
    void setView(const PoolView& view, const FleetSnapshot& snapshot);
    void appendHistory(const std::vector<HistoryPoint>& points);
    WallTime newestHistory() const { return m_newest; } // to ask for what is newer
    void appendEvents(const std::vector<Event>& events);
    void setRange(TimeRange range);

  Q_SIGNALS:
    void healthChecksRequested(const QString& key);

  private:
    QWidget* makeCharts();
    void showMarks();
    void showRange();

    struct KeptMark {
        QString pool; // empty: concerns all
        EventMark mark;
    };

    QString m_key;
    WallTime m_oldest{}; // of the history that is shown
    WallTime m_newest{};
    WallTime m_now{};
    TimeRange m_range = TimeRange::Live;
    std::deque<KeptMark> m_marks;
    PoolHeader* m_header;
    TileRow* m_tiles;
    ConnectionsChart* m_connections;
    LatencyChart* m_latency;
    Card* m_latencyCard = nullptr;
    HealthPanel* m_health;
};

} // namespace lifeguard
