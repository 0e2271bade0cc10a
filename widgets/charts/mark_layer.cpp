// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/mark_layer.h"

#include <algorithm>

namespace lifeguard {

namespace {

constexpr double kShapeSize = 8;
constexpr double kFarthest = 110;   // pixels from a shape to its line
constexpr double kGroupPixels = 14; // marks closer than this can't be told apart

void drawShape(QCPPainter& painter, MarkShape shape, const QPointF& centre, const QColor& colour)
{
    const double half = kShapeSize / 2;
    painter.setPen(QPen(colour, 1.0));
    painter.setBrush(shape == MarkShape::Fault ? QBrush(Qt::NoBrush) : QBrush(colour));
    switch (shape) {
    case MarkShape::Failure:
        painter.drawRect(QRectF(centre.x() - half, centre.y() - half, kShapeSize, kShapeSize));
        break;
    case MarkShape::Retry:
        painter.drawPolygon(QPolygonF{{centre.x(), centre.y() - half},
                                      {centre.x() + half, centre.y() + half},
                                      {centre.x() - half, centre.y() + half}});
        break;
    case MarkShape::Reset:
        painter.drawPolygon(QPolygonF{{centre.x(), centre.y() + half},
                                      {centre.x() + half, centre.y() - half},
                                      {centre.x() - half, centre.y() - half}});
        break;
    case MarkShape::Recovery:
    case MarkShape::Fault:
        painter.drawEllipse(centre, half, half);
        break;
    }
}

} // namespace

MarkLayer::MarkLayer(QCustomPlot* plot, bool captions) : QCPAbstractItem(plot), m_captions(captions)
{
    setSelectable(false);
    setClipToAxisRect(false);
}

void MarkLayer::draw(QCPPainter* painter)
{
    const QCPAxis* time = parentPlot()->xAxis;
    const QRect area = parentPlot()->axisRect()->rect();
    const Theme& theme = themeOf(parentPlot()->palette());
    const double secondsPerPixel = time->range().size() / std::max(1, area.width());
    QFont font = parentPlot()->font();
    font.setPixelSize(11);
    const QFontMetrics metrics(font);
    painter->setFont(font);
    double taken = area.left() - 4; // captions so far reach to here
    for (const EventMark& mark : groupMarks(m_marks, kGroupPixels * secondsPerPixel)) {
        if (!time->range().contains(mark.time))
            continue;
        const double x = time->coordToPixel(mark.time);
        const QColor colour = colourOf(mark.shape, theme);
        QPen dashes(colour, 1.0, Qt::CustomDashLine);
        dashes.setDashPattern({2, 3});
        painter->setPen(dashes);
        painter->drawLine(QLineF(x, area.top(), x, area.bottom()));
        if (!m_captions)
            continue;
        const double y = area.top() - kStripHeight / 2.0;
        const QString caption = captionOf(mark);
        const double width = metrics.horizontalAdvance(caption);
        // Beside the caption before it, when that reaches here; too far from its line it would mislead.
        const double left = std::max(x, taken + kShapeSize);
        if (left - x > kFarthest || left + kShapeSize / 2 > area.right())
            continue;
        drawShape(*painter, mark.shape, {left, y}, colour);
        taken = left + kShapeSize / 2;
        if (left + kShapeSize + width > area.right())
            continue;
        painter->setPen(theme.muted);
        painter->drawText(QPointF(left + kShapeSize, y + metrics.ascent() / 2.0 - 1), caption);
        taken = left + kShapeSize + width;
    }
}

} // namespace lifeguard
