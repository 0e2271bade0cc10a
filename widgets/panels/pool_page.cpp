// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/pool_page.h"

#include "widgets/charts/connections_chart.h"
#include "widgets/charts/latency_chart.h"
#include "widgets/panels/card.h"
#include "widgets/panels/health_panel.h"
#include "widgets/panels/pool_header.h"
#include "widgets/panels/tile_row.h"
#include "widgets/words.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace lifeguard {

namespace {

constexpr std::size_t kKeptMarks = 5'000;
constexpr double kShortestLive = 60; // seconds

QColor activeColour(const Theme& theme)
{
    return theme.active;
}
QColor idleColour(const Theme& theme)
{
    return theme.idle;
}
QColor waitingColour(const Theme& theme)
{
    return theme.waiting;
}
QColor p50Colour(const Theme& theme)
{
    return theme.p50;
}
QColor p95Colour(const Theme& theme)
{
    return theme.p95;
}
QColor p99Colour(const Theme& theme)
{
    return theme.p99;
}

void addLegend(Card& card, const std::vector<LegendEntry*>& entries)
{
    int place = 1; // after the title
    for (LegendEntry* entry : entries)
        card.titleRow().insertWidget(place++, entry);
}

} // namespace

PoolPage::PoolPage(QWidget* parent)
    : QWidget(parent)
    , m_header(new PoolHeader(this))
    , m_tiles(new TileRow(this))
    , m_connections(new ConnectionsChart(this))
    , m_latency(new LatencyChart(this))
    , m_health(new HealthPanel(this))
{
    auto* middle = new QSplitter(Qt::Horizontal, this);
    middle->addWidget(makeCharts());
    middle->addWidget(m_health);
    middle->setStretchFactor(0, 7);
    middle->setStretchFactor(1, 3);
    middle->setHandleWidth(9);
    middle->setChildrenCollapsible(false);
    middle->setSizes({760, 340});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(9);
    layout->addWidget(m_header);
    layout->addWidget(m_tiles);
    layout->addWidget(middle, 1);
    connect(m_health, &HealthPanel::runRequested, this, [this] { Q_EMIT healthChecksRequested(m_key); });
}

QWidget* PoolPage::makeCharts()
{
    auto* connections = new Card(tr("Connections"), this);
    connections->body().addWidget(m_connections);
    addLegend(*connections, {new LegendEntry(tr("active"), &activeColour, connections),
                             new LegendEntry(tr("idle"), &idleColour, connections),
                             new LegendEntry(tr("waiting"), &waitingColour, connections)});
    m_latencyCard = new Card(tr("Acquire latency, ms"), this);
    m_latencyCard->body().addWidget(m_latency);
    addLegend(*m_latencyCard, {new LegendEntry(tr("p50"), &p50Colour, m_latencyCard),
                               new LegendEntry(tr("p95"), &p95Colour, m_latencyCard),
                               new LegendEntry(tr("p99"), &p99Colour, m_latencyCard)});
    auto* charts = new QSplitter(Qt::Vertical, this);
    charts->addWidget(connections);
    charts->addWidget(m_latencyCard);
    charts->setStretchFactor(0, 9);
    charts->setStretchFactor(1, 5);
    charts->setHandleWidth(9);
    charts->setChildrenCollapsible(false);
    return charts;
}

void PoolPage::choose(const QString& key)
{
    if (key == m_key)
        return;
    m_key = key;
    m_oldest = {};
    m_newest = {};
    m_connections->clear();
    m_latency->clear();
    showMarks();
}

void PoolPage::setView(const PoolView& view, const FleetSnapshot& snapshot)
{
    m_now = snapshot.wallAt;
    m_header->setView(view, snapshot.at);
    m_tiles->setView(view);
    m_latencyCard->setVisible(view.kind == PoolKind::Managed);
    if (view.kind == PoolKind::Managed)
        m_health->setChecks(view.checks, snapshot.at);
    else
        m_health->showNone(
            tr("Health checks run through the pools that this console manages. This application's pool is "
               "seen from the server %1.")
                .arg(text(view.server)));
    showRange();
}

void PoolPage::appendHistory(const std::vector<HistoryPoint>& points)
{
    if (points.empty())
        return;
    if (m_oldest == WallTime{})
        m_oldest = points.front().at;
    m_newest = points.back().at;
    m_connections->append(points);
    m_latency->append(points);
    showRange();
}

void PoolPage::appendEvents(const std::vector<Event>& events)
{
    bool shown = false;
    for (const Event& event : events)
        if (auto mark = markOf(event)) {
            m_marks.push_back({text(event.pool), std::move(*mark)});
            shown = shown || m_marks.back().pool.isEmpty() || m_marks.back().pool == m_key;
        }
    while (m_marks.size() > kKeptMarks)
        m_marks.pop_front();
    if (shown)
        showMarks();
}

void PoolPage::setRange(TimeRange range)
{
    m_range = range;
    showRange();
}

void PoolPage::showMarks()
{
    std::vector<EventMark> marks;
    for (const KeptMark& kept : m_marks)
        if (kept.pool.isEmpty() || kept.pool == m_key)
            marks.push_back(kept.mark);
    m_connections->setMarks(marks);
    m_latency->setMarks(marks);
}

void PoolPage::showRange()
{
    if (m_now == WallTime{})
        return;
    const double to = TimeChart::secondsOf(m_now);
    double from = to - static_cast<double>(lengthOf(m_range).count());
    if (m_range == TimeRange::Live
        && m_oldest != WallTime{}) // a young history fills the chart rather than its last inch
        from = std::clamp(TimeChart::secondsOf(m_oldest), from, to - kShortestLive);
    m_connections->showRange(from, to);
    m_latency->showRange(from, to);
}

} // namespace lifeguard
