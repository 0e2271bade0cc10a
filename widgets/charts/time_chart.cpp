// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/time_chart.h"

#include <QEvent>

#include <algorithm>
#include <cmath>

namespace lifeguard {

namespace {

constexpr double kKeptSeconds = 24 * 3600;
constexpr double kGapSeconds = 30;     // coarse points stand 10 s apart; a longer silence is a gap, not a line
constexpr double kSecondsOnAxis = 240; // in a shorter range several labels fall into one minute
constexpr int kLeftMargin = 44;
constexpr int kRightMargin = 14;
constexpr int kBottomMargin = 24;

} // namespace

std::chrono::seconds lengthOf(TimeRange range)
{
    using namespace std::chrono_literals;
    switch (range) {
    case TimeRange::Live:
    case TimeRange::Minutes5:
        return 5min;
    case TimeRange::Minutes15:
        return 15min;
    case TimeRange::Hour1:
        return 1h;
    case TimeRange::Hours24:
        break;
    }
    return 24h;
}

TimeChart::TimeChart(bool marksHaveCaptions, QWidget* parent)
    : QCustomPlot(parent), m_marks(new MarkLayer(this, marksHaveCaptions)), m_ticker(new QCPAxisTickerDateTime)
{
    setPlottingHint(QCP::phFastPolylines); // wide antialiased lines would take seconds to paint
    setNoAntialiasingOnDrag(true);
    axisRect()->setAutoMargins(QCP::msNone);
    axisRect()->setMargins(
        QMargins(kLeftMargin, marksHaveCaptions ? MarkLayer::kStripHeight : 8, kRightMargin, kBottomMargin));
    m_ticker->setTickCount(6);
    xAxis->setTicker(m_ticker);
    yAxis->ticker()->setTickCount(5);
    xAxis->grid()->setVisible(false);
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setSubTicks(false);
        axis->setTickLength(0, 0);
        axis->setTickLabelPadding(6);
    }
    setMinimumHeight(90);
}

double TimeChart::secondsOf(WallTime time)
{
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void TimeChart::clear()
{
    for (int i = 0; i < graphCount(); ++i)
        graph(i)->data()->clear();
    m_lastTime = 0;
    m_marks->setMarks({});
    refresh();
}

void TimeChart::append(const std::vector<HistoryPoint>& points)
{
    for (const HistoryPoint& point : points) {
        const double time = secondsOf(point.at);
        if (m_lastTime > 0 && time - m_lastTime > kGapSeconds) {
            HistoryPoint gap = point;
            gap.known = false;
            appendPoint(gap, m_lastTime + 0.001);
        }
        appendPoint(point, time);
        m_lastTime = time;
    }
    for (int i = 0; i < graphCount(); ++i)
        graph(i)->data()->removeBefore(m_lastTime - kKeptSeconds);
}

void TimeChart::setMarks(const std::vector<EventMark>& marks)
{
    m_marks->setMarks(marks);
    refresh();
}

void TimeChart::showRange(double from, double to)
{
    xAxis->setRange(from, to);
    m_ticker->setDateTimeFormat(to - from < kSecondsOnAxis ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
    const double top = std::max(1.0, highest(from));
    yAxis->setRange(0, top * 1.12);
    refresh();
}

void TimeChart::refresh()
{
    if (const QString words = summary(); words != m_summary) {
        m_summary = words;
        setAccessibleDescription(words);
    }
    if (isVisible())
        replot(QCustomPlot::rpQueuedReplot);
}

void TimeChart::showEvent(QShowEvent* event)
{
    QCustomPlot::showEvent(event);
    refresh();
}

void TimeChart::changeEvent(QEvent* event)
{
    QCustomPlot::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyTheme();
}

QCPGraph* TimeChart::addSeries(Qt::PenStyle style)
{
    QCPGraph* series = addGraph();
    series->setAdaptiveSampling(true);
    series->setSelectable(QCP::stNone);
    series->setPen(QPen(Qt::black, 1.0, style));
    return series;
}

void TimeChart::applyTheme()
{
    const Theme& theme = themeOf(palette());
    setBackground(QBrush(theme.card));
    QFont labels = font();
    labels.setPixelSize(11);
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setTickLabelColor(theme.muted);
        axis->setTickLabelFont(labels);
        axis->setBasePen(QPen(theme.border, 1.0));
        axis->setTickPen(Qt::NoPen);
        axis->grid()->setPen(QPen(theme.grid, 1.0));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    yAxis->setBasePen(Qt::NoPen);
    recolour(theme);
    refresh();
}

double highestOf(const QCPGraph& graph, double from)
{
    double highest = 0;
    for (auto point = graph.data()->findBegin(from); point != graph.data()->constEnd(); ++point)
        if (!std::isnan(point->value))
            highest = std::max(highest, point->value);
    return highest;
}

} // namespace lifeguard
