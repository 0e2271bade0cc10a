// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/pool_list_model.h"

#include "widgets/words.h"

#include <algorithm>

namespace lifeguard {

namespace {

QString headingKey(PoolKind kind)
{
    return kind == PoolKind::Managed ? QStringLiteral("\x01managed") : QStringLiteral("\x01observed");
}

} // namespace

void PoolListModel::setSnapshot(const FleetSnapshot& snapshot)
{
    std::vector<Row> rows = wanted(snapshot);
    if (m_frozen)
        keepPlaces(rows);
    removeMissing(rows);
    place(rows);
}

std::vector<PoolListModel::Row> PoolListModel::wanted(const FleetSnapshot& snapshot) const
{
    std::vector<Row> rows;
    for (const PoolView& view : snapshot.pools) {
        Row row;
        row.key = text(view.key);
        row.kind = view.kind;
        row.name = text(view.name);
        row.state = Words::verdict(view, snapshot.at);
        row.health = view.verdict.health;
        row.limit = static_cast<float>(view.limit());
        const int shown = view.kind == PoolKind::Managed ? view.active() : view.total();
        row.count =
            view.limit() > 0 ? tr("%1/%2", "active of limit").arg(shown).arg(view.limit()) : QString::number(shown);
        extendTrend(row, view, snapshot.at);
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) {
        if (left.kind != right.kind)
            return left.kind < right.kind;
        if (left.health != right.health)
            return left.health < right.health;
        return left.name < right.name;
    });
    for (const PoolKind kind : {PoolKind::Observed, PoolKind::Managed}) {
        const auto first =
            std::find_if(rows.begin(), rows.end(), [kind](const Row& row) { return row.kind == kind && !row.heading; });
        if (first == rows.end())
            continue;
        Row heading;
        heading.key = headingKey(kind);
        heading.heading = true;
        heading.kind = kind;
        heading.name = kind == PoolKind::Managed ? tr("MANAGED POOLS") : tr("SEEN FROM THE SERVER");
        rows.insert(first, std::move(heading));
    }
    return rows;
}

void PoolListModel::extendTrend(Row& row, const PoolView& view, TimePoint now) const
{
    if (const Row* before = find(row.key)) {
        row.trend = before->trend;
        row.trendAt = before->trendAt;
    }
    if (row.trendAt != TimePoint{} && now - row.trendAt < kTrendStep)
        return;
    row.trendAt = now;
    row.trend.append(static_cast<float>(view.kind == PoolKind::Managed ? view.active() : view.total()));
    while (row.trend.size() > kTrendPoints)
        row.trend.removeFirst();
}

// Those that are shown stay where they are; new ones follow at the end of their kind.
void PoolListModel::keepPlaces(std::vector<Row>& rows) const
{
    const auto placeOf = [this](const Row& row) {
        const int place = rowOf(row.key);
        return place < 0 ? static_cast<int>(m_rows.size()) : place;
    };
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& left, const Row& right) {
        if (left.kind != right.kind)
            return left.kind < right.kind;
        if (left.heading != right.heading)
            return left.heading;
        return placeOf(left) < placeOf(right);
    });
}

const PoolListModel::Row* PoolListModel::find(const QString& key) const
{
    const int row = rowOf(key);
    return row < 0 ? nullptr : &m_rows[static_cast<std::size_t>(row)];
}

int PoolListModel::rowOf(const QString& key) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&key](const Row& row) { return row.key == key; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

void PoolListModel::removeMissing(const std::vector<Row>& rows)
{
    for (int row = static_cast<int>(m_rows.size()) - 1; row >= 0; --row) {
        const QString& key = m_rows[static_cast<std::size_t>(row)].key;
        if (std::any_of(rows.begin(), rows.end(), [&key](const Row& each) { return each.key == key; }))
            continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
}

void PoolListModel::place(const std::vector<Row>& rows)
{
    for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
        const Row& wantedRow = rows[static_cast<std::size_t>(row)];
        const int present = rowOf(wantedRow.key);
        if (present < 0) {
            beginInsertRows({}, row, row);
            m_rows.insert(m_rows.begin() + row, wantedRow);
            endInsertRows();
            continue;
        }
        if (present != row) { // always further down: the rows above are in place
            beginMoveRows({}, present, present, {}, row);
            std::rotate(m_rows.begin() + row, m_rows.begin() + present, m_rows.begin() + present + 1);
            endMoveRows();
        }
        Row& shown = m_rows[static_cast<std::size_t>(row)];
        if (shown == wantedRow)
            continue;
        shown = wantedRow;
        Q_EMIT dataChanged(index(row), index(row));
    }
}

int PoolListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant PoolListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return row.name;
    case Qt::ToolTipRole:
        return row.heading ? QVariant() : tr("%1\n%2").arg(row.name, row.state);
    case Qt::AccessibleTextRole:
        return row.heading ? row.name : tr("%1, %2, %3 connections").arg(row.name, row.state, row.count);
    case KeyRole:
        return row.heading ? QString() : row.key;
    case HeadingRole:
        return row.heading;
    case HealthRole:
        return static_cast<int>(row.health);
    case StateRole:
        return row.state;
    case CountRole:
        return row.count;
    case TrendRole:
        return QVariant::fromValue(row.trend);
    case LimitRole:
        return row.limit;
    default:
        return {};
    }
}

Qt::ItemFlags PoolListModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return m_rows[static_cast<std::size_t>(index.row())].heading ? Qt::ItemIsEnabled
                                                                 : Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

} // namespace lifeguard
