// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/event_delegate.h"

#include "widgets/icons.h"
#include "widgets/models/event_model.h"

#include <QPainter>

namespace lifeguard {

void SeverityDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const auto severity = static_cast<Severity>(index.data(EventModel::SeverityRole).toInt());
    const Theme& theme = themeOf(option.palette);
    const QPixmap icon =
        iconPixmap(iconNameOf(severity), colourOf(severity, theme), 13, painter->device()->devicePixelRatioF());
    painter->drawPixmap(option.rect.center().x() - 6, option.rect.center().y() - 6, icon);
}

} // namespace lifeguard
