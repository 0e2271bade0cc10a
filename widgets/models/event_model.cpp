// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/event_model.h"

#include "widgets/theme/theme.h"
#include "widgets/words.h"

#include <algorithm>

namespace lifeguard {

EventModel::EventModel(QObject* parent, std::size_t capacity)
    : QAbstractTableModel(parent), m_capacity(std::max<std::size_t>(1, capacity))
{
}

void EventModel::append(const std::vector<Event>& events)
{
    if (events.empty())
        return;
    const auto kept = static_cast<std::ptrdiff_t>(std::min(events.size(), m_capacity));
    beginInsertRows({}, 0, static_cast<int>(kept) - 1);
    for (auto event = events.end() - kept; event != events.end(); ++event) {
        ++m_counts[static_cast<std::size_t>(groupOf(event->kind))];
        m_events.push_front(*event);
    }
    endInsertRows();
    if (m_events.size() <= m_capacity)
        return;
    beginRemoveRows({}, static_cast<int>(m_capacity), static_cast<int>(m_events.size()) - 1);
    while (m_events.size() > m_capacity) {
        --m_counts[static_cast<std::size_t>(groupOf(m_events.back().kind))];
        m_events.pop_back();
    }
    endRemoveRows();
}

void EventModel::setPoolName(const QString& key, const QString& name)
{
    if (key == name || m_poolNames.value(key) == name)
        return;
    m_poolNames.insert(key, name);
    if (!m_events.empty())
        Q_EMIT dataChanged(index(0, PoolColumn), index(rowCount() - 1, PoolColumn), {Qt::DisplayRole});
}

const Event& EventModel::eventAt(int row) const
{
    return m_events.at(static_cast<std::size_t>(row));
}

int EventModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_events.size());
}

int EventModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant EventModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Event& event = m_events[static_cast<std::size_t>(index.row())];
    switch (role) {
    case GroupRole:
        return static_cast<int>(groupOf(event.kind));
    case SeverityRole:
        return static_cast<int>(event.severity);
    case PoolKeyRole:
        return text(event.pool);
    case Qt::ToolTipRole:
        return index.column() == TextColumn ? text(event.text) : QVariant();
    case Qt::AccessibleTextRole:
        if (index.column() == SeverityColumn)
            return Words::of(event.severity);
        break;
    case Qt::FontRole:
        return index.column() == TimeColumn ? QVariant(monospacedFont()) : QVariant();
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case TimeColumn:
        return Words::time(event.at);
    case PoolColumn:
        return poolName(text(event.pool));
    case TextColumn:
        return text(event.text);
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time");
    case SeverityColumn:
        return QString();
    case PoolColumn:
        return tr("Pool");
    case TextColumn:
        return tr("Event");
    default:
        return {};
    }
}

} // namespace lifeguard
