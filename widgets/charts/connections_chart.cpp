// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/connections_chart.h"

#include <algorithm>
#include <limits>

namespace lifeguard {

ConnectionsChart::ConnectionsChart(QWidget* parent)
    : TimeChart(true, parent)
    , m_active(addSeries())
    , m_total(addSeries())
    , m_waiting(addSeries())
    , m_limit(addSeries(Qt::DashLine))
    , m_limitLabel(new QCPItemText(this))
{
    m_total->setChannelFillGraph(m_active);
    m_limitLabel->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
    m_limitLabel->position->setTypeY(QCPItemPosition::ptPlotCoords);
    m_limitLabel->setPositionAlignment(Qt::AlignRight | Qt::AlignBottom);
    m_limitLabel->setClipToAxisRect(false);
    m_limitLabel->setVisible(false);
    setAccessibleName(tr("Connections over time"));
    applyTheme();
}

void ConnectionsChart::appendPoint(const HistoryPoint& point, double time)
{
    constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
    m_newest = point;
    m_active->addData(time, point.known ? point.active : kGap);
    m_total->addData(time, point.known ? point.active + point.idle : kGap);
    m_waiting->addData(time, point.known ? point.waiting : kGap);
    m_limit->addData(time, point.known && point.limit > 0 ? point.limit : kGap);
    m_limitLabel->setVisible(point.limit > 0);
    m_limitLabel->position->setCoords(1.0, point.limit);
    m_limitLabel->setText(tr("max %1").arg(point.limit));
}

void ConnectionsChart::recolour(const Theme& theme)
{
    m_active->setPen(QPen(theme.active, 1.0));
    m_active->setBrush(theme.active);
    m_total->setPen(QPen(theme.idle, 1.0));
    m_total->setBrush(theme.idle);
    m_waiting->setPen(QPen(theme.waiting, 2.0));
    QPen dashes(theme.muted, 1.0, Qt::CustomDashLine);
    dashes.setDashPattern({5, 4});
    m_limit->setPen(dashes);
    QFont small = font();
    small.setPixelSize(11);
    m_limitLabel->setFont(small);
    m_limitLabel->setColor(theme.muted);
}

double ConnectionsChart::highest(double from) const
{
    return std::max({highestOf(*m_total, from), highestOf(*m_waiting, from), highestOf(*m_limit, from)});
}

QString ConnectionsChart::summary() const
{
    if (m_active->data()->isEmpty())
        return tr("No samples yet");
    if (!m_newest.known)
        return tr("No sample now");
    return tr("Now %1 active, %2 idle, %3 waiting").arg(m_newest.active).arg(m_newest.idle).arg(m_newest.waiting);
}

} // namespace lifeguard
