// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/fleet_snapshot.h"

#include <QAbstractListModel>
#include <QString>
#include <QVector>

#include <vector>

namespace lifeguard {

// The pools as rows, with a heading row before each kind: worst first, then by name. Merged by key, so that selection
// and scroll survive every snapshot; nothing is signalled when nothing differs. GUI thread.
class PoolListModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum Role {
        KeyRole = Qt::UserRole, // QString; empty for a heading
        HeadingRole,            // bool
        HealthRole,             // int of PoolHealth
        StateRole,              // second line
        CountRole,              // "7/10"
        TrendRole,              // QVector<float>, oldest first
        LimitRole,              // float, 0 when unknown
    };
    static constexpr int kTrendPoints = 40; // at one a second
    static constexpr std::chrono::milliseconds kTrendStep{1'000};

    using QAbstractListModel::QAbstractListModel;

    void setSnapshot(const FleetSnapshot& snapshot);

    // While frozen no row changes its place (the pointer is over the list); they move when it ends.
    void setFrozen(bool frozen) { m_frozen = frozen; }

    int rowOf(const QString& key) const; // -1 when there is none

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  private:
    struct Row {
        QString key;
        bool heading = false;
        PoolKind kind = PoolKind::Managed;
        QString name;
        QString state;
        QString count;
        PoolHealth health = PoolHealth::Unknown;
        QVector<float> trend;
        float limit = 0;
        TimePoint trendAt{};

        bool operator==(const Row&) const = default;
    };

    std::vector<Row> wanted(const FleetSnapshot& snapshot) const;
    void keepPlaces(std::vector<Row>& rows) const;
    void extendTrend(Row& row, const PoolView& view, TimePoint now) const;
    const Row* find(const QString& key) const;
    void removeMissing(const std::vector<Row>& rows);
    void place(const std::vector<Row>& rows);

    std::vector<Row> m_rows;
    bool m_frozen = false;
};

} // namespace lifeguard
