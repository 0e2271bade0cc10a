// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/event_filter.h"

#include "widgets/models/event_model.h"

namespace lifeguard {

void EventFilter::setGroup(std::optional<EventGroup> group)
{
    m_group = group;
    invalidateFilter();
}

void EventFilter::setText(const QString& text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

void EventFilter::setPool(const QString& key)
{
    m_pool = key;
    invalidateFilter();
}

bool EventFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex words = sourceModel()->index(row, EventModel::TextColumn, parent);
    if (m_group && words.data(EventModel::GroupRole).toInt() != static_cast<int>(*m_group))
        return false;
    if (!m_pool.isEmpty() && words.data(EventModel::PoolKeyRole).toString() != m_pool)
        return false;
    if (m_text.isEmpty())
        return true;
    const QModelIndex pool = words.siblingAtColumn(EventModel::PoolColumn);
    return words.data(Qt::DisplayRole).toString().contains(m_text, Qt::CaseInsensitive)
           || pool.data(Qt::DisplayRole).toString().contains(m_text, Qt::CaseInsensitive);
}

} // namespace lifeguard
