// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/pool_delegate.h"

#include "widgets/icons.h"
#include "widgets/models/pool_list_model.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace lifeguard {

namespace {

constexpr int kRowHeight = 42;
constexpr int kHeadingHeight = 30;
constexpr int kSparkWidth = 60;
constexpr int kCountWidth = 46;
constexpr int kMargin = 12;
constexpr int kWideEnough = 236; // for a sparkline beside the name

QFont sized(QFont font, int pixels, bool bold = false)
{
    font.setPixelSize(pixels);
    font.setBold(bold);
    return font;
}

void paintHeading(QPainter& painter, const QRect& rect, const QString& name, const QFont& font, const Theme& theme)
{
    QFont small = sized(font, 11, true);
    small.setLetterSpacing(QFont::AbsoluteSpacing, 0.4);
    painter.setFont(small);
    painter.setPen(theme.muted);
    painter.drawText(rect.adjusted(kMargin, 6, -kMargin, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
}

// The trend against the limit where there is one, else against its own peak; one pixel wide (see CONTRIBUTING).
void paintTrend(QPainter& painter, const QRectF& rect, const QVector<float>& trend, float limit, const QColor& colour)
{
    if (trend.size() < 2)
        return;
    const float peak = *std::max_element(trend.cbegin(), trend.cend());
    const float top = std::max({limit, peak, 1.0F});
    const qreal step = rect.width() / (PoolListModel::kTrendPoints - 1);
    const qreal left = rect.right() - step * static_cast<qreal>(trend.size() - 1);
    QPainterPath path;
    for (int i = 0; i < trend.size(); ++i) {
        const QPointF point(left + step * i, rect.bottom() - rect.height() * static_cast<qreal>(trend[i] / top));
        if (i == 0)
            path.moveTo(point);
        else
            path.lineTo(point);
    }
    painter.setPen(QPen(colour, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void paintRow(QPainter& painter, const QRect& rect, const QModelIndex& index, const QFont& font, const Theme& theme,
              qreal ratio)
{
    const auto health = static_cast<PoolHealth>(index.data(PoolListModel::HealthRole).toInt());
    painter.drawPixmap(rect.left() + kMargin, rect.top() + (rect.height() - 14) / 2,
                       iconPixmap(iconNameOf(health), colourOf(health, theme), 14, ratio));
    const int textLeft = rect.left() + kMargin + 22;
    const bool wide = rect.width() >= kWideEnough;
    const int sparkLeft = rect.right() - kMargin - kCountWidth - (wide ? kSparkWidth : 0);
    const int textWidth = sparkLeft - 8 - textLeft;

    const QFont nameFont = sized(font, 13, true);
    painter.setFont(nameFont);
    painter.setPen(theme.text);
    painter.drawText(QRect(textLeft, rect.top() + 5, textWidth, 17), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(nameFont).elidedText(index.data().toString(), Qt::ElideRight, textWidth));
    const QFont stateFont = sized(font, 11);
    painter.setFont(stateFont);
    painter.setPen(theme.muted);
    painter.drawText(
        QRect(textLeft, rect.top() + 22, textWidth, 15), Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(stateFont).elidedText(index.data(PoolListModel::StateRole).toString(), Qt::ElideRight, textWidth));
    if (wide)
        paintTrend(painter, QRectF(sparkLeft + 0.5, rect.top() + 11.5, kSparkWidth, rect.height() - 23),
                   index.data(PoolListModel::TrendRole).value<QVector<float>>(),
                   index.data(PoolListModel::LimitRole).toFloat(), theme.accent);
    painter.setFont(sized(font, 13));
    painter.setPen(theme.text);
    painter.drawText(QRect(rect.right() - kMargin - kCountWidth, rect.top(), kCountWidth, rect.height()),
                     Qt::AlignRight | Qt::AlignVCenter, index.data(PoolListModel::CountRole).toString());
}

} // namespace

void PoolDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = themeOf(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (index.data(PoolListModel::HeadingRole).toBool()) {
        paintHeading(*painter, option.rect, index.data().toString(), option.font, theme);
    } else {
        if ((option.state & QStyle::State_Selected) != 0) {
            painter->fillRect(option.rect, theme.selection);
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), theme.accent);
        } else if ((option.state & QStyle::State_MouseOver) != 0) {
            painter->fillRect(option.rect, theme.hover);
        }
        paintRow(*painter, option.rect, index, option.font, theme, painter->device()->devicePixelRatioF());
    }
    painter->restore();
}

QSize PoolDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return {200, index.data(PoolListModel::HeadingRole).toBool() ? kHeadingHeight : kRowHeight};
}

} // namespace lifeguard
