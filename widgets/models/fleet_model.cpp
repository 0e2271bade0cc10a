// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/fleet_model.h"

#include "widgets/words.h"

#include <QDateTime>
#include <algorithm>

namespace lifeguard {

namespace {

void set(QStandardItem* cell, const QString& text, const QVariant& sort)
{
    if (cell->text() != text)
        cell->setText(text);
    if (cell->data(FleetModel::SortRole) != sort)
        cell->setData(sort, FleetModel::SortRole);
}

void put(QStandardItem* cell, const QVariant& value, int role)
{
    if (cell->data(role) != value)
        cell->setData(value, role);
}

QStandardItem* newCell()
{
    auto* cell = new QStandardItem;
    cell->setEditable(false);
    return cell;
}

QDateTime timeOf(WallTime at)
{
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
}

} // namespace

FleetModel::FleetModel(QObject* parent) : QStandardItemModel(0, kColumns, parent)
{
    setHorizontalHeaderLabels({tr("Pool"), tr("State"), tr("Active, idle, limit"), tr("Waiting"), tr("Wait p99"),
                               tr("Retries, 5 min"), tr("Last event"), tr("Age")});
    for (const Column number : {Waiting, WaitP99, Retries, Age})
        horizontalHeaderItem(number)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

void FleetModel::setGrouping(Grouping grouping)
{
    if (grouping == m_grouping)
        return;
    m_grouping = grouping;
    m_rows.clear();
    m_groups.clear();
    removeRows(0, rowCount()); // the next snapshot brings them
}

void FleetModel::setSnapshot(const FleetSnapshot& snapshot)
{
    removeMissing(snapshot);
    for (const PoolView& view : snapshot.pools)
        fill(rowOf(view), view, snapshot.at);
    judgeGroups();
}

void FleetModel::appendEvents(const std::vector<Event>& events)
{
    for (const Event& event : events)
        if (!event.pool.empty())
            m_lastEvents[text(event.pool)] = {text(event.text), event.at};
}

QModelIndex FleetModel::indexOf(const QString& key) const
{
    const QStandardItem* const first = m_rows.value(key);
    return first == nullptr ? QModelIndex() : first->index();
}

QString FleetModel::groupOf(const PoolView& view) const
{
    switch (m_grouping) {
    case Grouping::None:
        break;
    case Grouping::Server:
        return text(view.server);
    case Grouping::Environment:
        return Words::of(view.environment);
    case Grouping::Kind:
        return view.kind == PoolKind::Managed ? tr("Managed by this console") : tr("Seen from the server");
    }
    return {};
}

QStandardItem* FleetModel::parentOf(const QString& group)
{
    if (m_grouping == Grouping::None)
        return invisibleRootItem();
    if (QStandardItem* const known = m_groups.value(group))
        return known;
    Cells cells;
    for (int column = 0; column < kColumns; ++column)
        cells << newCell();
    cells.first()->setText(group);
    QFont bold;
    bold.setBold(true);
    cells.first()->setFont(bold);
    appendRow(cells);
    return m_groups[group] = cells.first();
}

FleetModel::Cells FleetModel::rowOf(const PoolView& view)
{
    const QString key = text(view.key);
    QStandardItem* const parent = parentOf(groupOf(view));
    QStandardItem* const known = m_rows.value(key);
    Cells cells;
    if (known == nullptr) {
        for (int column = 0; column < kColumns; ++column)
            cells << newCell();
        for (const Column number : {Waiting, WaitP99, Retries, Age})
            cells[number]->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        for (QStandardItem* cell : cells)
            cell->setData(key, KeyRole);
        parent->appendRow(cells);
        m_rows[key] = cells.first();
        return cells;
    }
    QStandardItem* const from = known->parent() == nullptr ? invisibleRootItem() : known->parent();
    if (from != parent) // its server or its environment is another now
        parent->appendRow(from->takeRow(known->row()));
    for (int column = 0; column < kColumns; ++column)
        cells << parent->child(known->row(), column);
    return cells;
}

void FleetModel::fill(const Cells& cells, const PoolView& view, TimePoint now)
{
    const bool managed = view.kind == PoolKind::Managed;
    const int health = static_cast<int>(view.verdict.health);
    set(cells[Pool], text(view.name), text(view.name));
    put(cells[Pool], health, HealthRole);
    put(cells[Pool], text(view.target), Qt::ToolTipRole);
    const QString state = Words::verdict(view, now);
    set(cells[State], state, health);
    put(cells[State], state, Qt::ToolTipRole);
    put(cells[Usage], view.active(), ActiveRole);
    put(cells[Usage], view.idle(), IdleRole);
    put(cells[Usage], view.limit(), LimitRole);
    const QString usage =
        view.limit() > 0
            ? tr("%1 + %2 of %3", "active, idle, limit").arg(view.active()).arg(view.idle()).arg(view.limit())
            : tr("%1 + %2", "active, idle").arg(view.active()).arg(view.idle());
    set(cells[Usage], usage, view.limit() > 0 ? double(view.active()) / view.limit() : 0.0);
    set(cells[Waiting], QString::number(view.waiting()), view.waiting());
    const auto p99 = view.acquire.p99;
    set(cells[WaitP99], managed && view.acquire.samples > 0 ? Words::millis(p99) : tr("–"), qlonglong(p99.count()));
    set(cells[Retries], managed ? QString::number(view.retriesLast5Min) : tr("–"), view.retriesLast5Min);
    const Newest last = m_lastEvents.value(text(view.key));
    set(cells[LastEvent], last.text.isEmpty() ? tr("–") : tr("%1  %2").arg(Words::time(last.at).left(8), last.text),
        timeOf(last.at));
    put(cells[LastEvent], last.text, Qt::ToolTipRole);
    put(cells[LastEvent], last.text.isEmpty() ? QVariant() : QVariant(timeOf(last.at)), WhenRole);
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - view.sampledAt);
    set(cells[Age], view.sampledAt == TimePoint{} ? tr("–") : tr("%1 s").arg(age.count()), qlonglong(age.count()));
}

void FleetModel::removeMissing(const FleetSnapshot& snapshot)
{
    for (auto row = m_rows.begin(); row != m_rows.end();) {
        if (snapshot.find(row.key().toStdString()) != nullptr) {
            ++row;
            continue;
        }
        QStandardItem* const first = row.value();
        QStandardItem* const parent = first->parent() == nullptr ? invisibleRootItem() : first->parent();
        parent->removeRow(first->row());
        row = m_rows.erase(row);
    }
    for (auto group = m_groups.begin(); group != m_groups.end();) {
        if (group.value()->rowCount() > 0) {
            ++group;
            continue;
        }
        removeRow(group.value()->row());
        group = m_groups.erase(group);
    }
}

void FleetModel::judgeGroups()
{
    for (QStandardItem* group : std::as_const(m_groups)) {
        int worst = static_cast<int>(PoolHealth::Healthy);
        for (int row = 0; row < group->rowCount(); ++row)
            worst = std::min(worst, group->child(row, Pool)->data(HealthRole).toInt());
        put(group, worst, HealthRole);
        QStandardItem* const state = invisibleRootItem()->child(group->row(), State);
        set(state, tr("%n pool(s)", nullptr, group->rowCount()), worst);
    }
}

FleetOrder::FleetOrder(QObject* parent) : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
    setSortRole(FleetModel::SortRole);
}

void FleetOrder::setWords(const QString& words)
{
    m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool FleetOrder::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_words.isEmpty())
        return true;
    QString all;
    for (int column = 0; column < FleetModel::kColumns; ++column)
        all += sourceModel()->index(row, column, parent).data().toString() + QLatin1Char('\n');
    all += sourceModel()->index(row, FleetModel::Pool, parent).data(Qt::ToolTipRole).toString();
    return std::all_of(m_words.begin(), m_words.end(),
                       [&all](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

// Pools that are equal in the column go by name, whatever the direction.
bool FleetOrder::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant one = left.data(FleetModel::SortRole);
    const QVariant other = right.data(FleetModel::SortRole);
    if (one != other)
        return QSortFilterProxyModel::lessThan(left, right);
    const auto nameOf = [](const QModelIndex& index) {
        return index.siblingAtColumn(FleetModel::Pool).data().toString();
    };
    const bool before = nameOf(left).compare(nameOf(right), Qt::CaseInsensitive) < 0;
    return sortOrder() == Qt::AscendingOrder ? before : !before && nameOf(left) != nameOf(right);
}

} // namespace lifeguard
