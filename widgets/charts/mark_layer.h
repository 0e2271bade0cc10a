// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/event_mark.h"

#include "widgets/charts/plot.h"

#include <vector>

namespace lifeguard {

// Draws event marks: a dashed line down the plot, and in the strip above it the shape with its caption, where there is
// room for it.
class MarkLayer : public QCPAbstractItem {
    Q_OBJECT

  public:
    // `captions`: whether shapes and captions are drawn, or the lines alone.
    MarkLayer(QCustomPlot* plot, bool captions);

    void setMarks(std::vector<EventMark> marks) { m_marks = std::move(marks); }
    static constexpr int kStripHeight = 20;

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; } // marks can't be selected

  protected:
    void draw(QCPPainter* painter) override;

  private:
    std::vector<EventMark> m_marks;
    const bool m_captions;
};

} // namespace lifeguard
