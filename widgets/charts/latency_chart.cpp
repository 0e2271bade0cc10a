// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/latency_chart.h"

#include <limits>

namespace lifeguard {

LatencyChart::LatencyChart(QWidget* parent)
    : TimeChart(false, parent), m_p50(addSeries()), m_p95(addSeries()), m_p99(addSeries())
{
    yAxis->ticker()->setTickCount(3);
    setAccessibleName(tr("Acquire latency over time"));
    applyTheme();
}

void LatencyChart::appendPoint(const HistoryPoint& point, double time)
{
    const auto value = [&point](float latency) {
        return point.known && latency >= 0 ? static_cast<double>(latency) : std::numeric_limits<double>::quiet_NaN();
    };
    m_newest = point;
    m_p50->addData(time, value(point.p50));
    m_p95->addData(time, value(point.p95));
    m_p99->addData(time, value(point.p99));
}

void LatencyChart::recolour(const Theme& theme)
{
    m_p50->setPen(QPen(theme.p50, 1.0));
    m_p95->setPen(QPen(theme.p95, 1.0));
    m_p99->setPen(QPen(theme.p99, 1.0));
}

double LatencyChart::highest(double from) const
{
    return highestOf(*m_p99, from);
}

QString LatencyChart::summary() const
{
    if (!m_newest.known || m_newest.p50 < 0)
        return tr("No acquires now");
    return tr("Now p50 %1 ms, p95 %2 ms, p99 %3 ms")
        .arg(m_newest.p50, 0, 'f', 1)
        .arg(m_newest.p95, 0, 'f', 1)
        .arg(m_newest.p99, 0, 'f', 1);
}

} // namespace lifeguard
