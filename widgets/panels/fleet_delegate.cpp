// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fleet_delegate.h"

#include "widgets/icons.h"
#include "widgets/models/fleet_model.h"

#include <QPainter>
#include <algorithm>

namespace lifeguard {

namespace {

constexpr int kRowHeight = 30;
constexpr int kBarHeight = 4;

void paintBar(QPainter& painter, const QRect& cell, const QModelIndex& index, const Theme& theme)
{
    const int limit = index.data(FleetModel::LimitRole).toInt();
    if (limit <= 0)
        return;
    const QRect whole(cell.left() + 6, cell.bottom() - kBarHeight - 2, cell.width() - 12, kBarHeight);
    const auto width = [&](int connections) { return whole.width() * std::min(connections, limit) / limit; };
    const int active = index.data(FleetModel::ActiveRole).toInt();
    const int idle = index.data(FleetModel::IdleRole).toInt();
    painter.fillRect(whole, theme.grid);
    painter.fillRect(QRect(whole.topLeft(), QSize(width(active + idle), kBarHeight)), theme.idle);
    painter.fillRect(QRect(whole.topLeft(), QSize(width(active), kBarHeight)), theme.active);
}

} // namespace

void FleetDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (const QVariant health = index.data(FleetModel::HealthRole); health.isValid()) {
        const Theme& theme = themeOf(option->palette);
        const auto state = static_cast<PoolHealth>(health.toInt());
        const qreal ratio = option->widget == nullptr ? 1.0 : option->widget->devicePixelRatioF();
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = QIcon(iconPixmap(iconNameOf(state), colourOf(state, theme), 14, ratio));
        option->decorationSize = QSize(14, 14);
    }
    if (index.column() == FleetModel::Usage && index.data(FleetModel::LimitRole).toInt() > 0)
        option->displayAlignment = Qt::AlignLeft | Qt::AlignTop;
}

void FleetDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const Theme& theme = themeOf(option.palette);
    painter->save();
    if (index.column() == FleetModel::Usage)
        paintBar(*painter, option.rect, index, theme);
    painter->setPen(theme.grid);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->restore();
}

QSize FleetDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
}

} // namespace lifeguard
