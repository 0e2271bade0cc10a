// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/history.h"
#include "widgets/charts/mark_layer.h"

#include "widgets/charts/plot.h"

#include <vector>

namespace lifeguard {

// The span of time that the charts show, ending now.
enum class TimeRange { Live, Minutes5, Minutes15, Hour1, Hours24 };
std::chrono::seconds lengthOf(TimeRange range);

// A chart over time in the theme's colours, with event marks. The charts of a page have the same margins and are given
// the same range, so that their times stand below each other. Paints at most once per turn of the event loop, and only
// while visible. GUI thread.
class TimeChart : public QCustomPlot {
    Q_OBJECT

  public:
    explicit TimeChart(bool marksHaveCaptions, QWidget* parent = nullptr);

    void clear();
    void append(const std::vector<HistoryPoint>& points); // oldest first, newer than those before
    void setMarks(const std::vector<EventMark>& marks);
    void showRange(double from, double to); // seconds since the epoch; older points are dropped

    static double secondsOf(WallTime time);

  protected:
    virtual void appendPoint(const HistoryPoint& point, double time) = 0; // also for a gap: point.known is false
    virtual void recolour(const Theme& theme) = 0;
    virtual double highest(double from) const = 0; // the largest value since then, for the scale
    virtual QString summary() const = 0;           // for screen readers
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

    QCPGraph* addSeries(Qt::PenStyle style = Qt::SolidLine);
    void applyTheme(); // the last thing that a derived constructor does

  private:
    void refresh();

    MarkLayer* m_marks;
    const QSharedPointer<QCPAxisTickerDateTime> m_ticker;
    double m_lastTime = 0;
    QString m_summary;
};

// Keeps the points of a graph within 24 h and says its largest value since `from`.
double highestOf(const QCPGraph& graph, double from);

} // namespace lifeguard
