// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"
#include "core/fleet/fleet_snapshot.h"

#include <QHash>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QString>

#include <vector>

namespace lifeguard {

// All pools of the fleet as a table, one row each, under one row for each group where they are grouped. Merged by key:
// rows stay the same items over every snapshot, and what doesn't differ isn't signalled. In no order of its own; see
// FleetOrder. GUI thread.
class FleetModel : public QStandardItemModel {
    Q_OBJECT

  public:
    enum Column { Pool, State, Usage, Waiting, WaitP99, Retries, LastEvent, Age };
    static constexpr int kColumns = 8;
    enum class Grouping { None, Server, Environment, Kind };

    enum Role {
        KeyRole = Qt::UserRole, // QString; empty for a group's row
        SortRole,               // what a column sorts by
        HealthRole,             // int of PoolHealth; of a group the worst of its pools
        ActiveRole,             // int, in the column Usage; so are the next two
        IdleRole,
        LimitRole, // 0 when unknown
        WhenRole,  // QDateTime of the last event
    };

    explicit FleetModel(QObject* parent = nullptr);

    void setSnapshot(const FleetSnapshot& snapshot);
    void appendEvents(const std::vector<Event>& events); // the newest of each pool is shown
    void setGrouping(Grouping grouping);
    Grouping grouping() const { return m_grouping; }
    QModelIndex indexOf(const QString& key) const; // in the column Pool; invalid when there is none

  private:
    struct Newest {
        QString text;
        WallTime at{};
    };
    using Cells = QList<QStandardItem*>;

    QString groupOf(const PoolView& view) const;
    QStandardItem* parentOf(const QString& group);
    Cells rowOf(const PoolView& view);
    void fill(const Cells& cells, const PoolView& view, TimePoint now);
    void removeMissing(const FleetSnapshot& snapshot);
    void judgeGroups();

    QHash<QString, QStandardItem*> m_rows;   // by the pool's key: its first cell
    QHash<QString, QStandardItem*> m_groups; // by name
    QHash<QString, Newest> m_lastEvents;
    Grouping m_grouping = Grouping::None;
};

// Sorts and filters it: worst first unless another column is chosen, and by words in any column.
class FleetOrder : public QSortFilterProxyModel {
    Q_OBJECT

  public:
    explicit FleetOrder(QObject* parent = nullptr);

    void setWords(const QString& words); // every one of them must be found somewhere in the row

  protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    QStringList m_words;
};

} // namespace lifeguard
