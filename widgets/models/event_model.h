// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QString>

#include <array>
#include <deque>
#include <vector>

namespace lifeguard {

// The events that were appended, the newest on top; the oldest are dropped beyond the capacity. GUI thread.
class EventModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { TimeColumn, SeverityColumn, PoolColumn, TextColumn, kColumns };
    enum Role {
        GroupRole = Qt::UserRole, // int of EventGroup
        SeverityRole,             // int of Severity
        PoolKeyRole,              // QString
    };
    static constexpr std::size_t kDefaultCapacity = 100'000;

    explicit EventModel(QObject* parent = nullptr, std::size_t capacity = kDefaultCapacity);

    void append(const std::vector<Event>& events); // oldest first, as the journal gives them

    // Names to show for keys that aren't names themselves (pools seen from the server).
    void setPoolName(const QString& key, const QString& name);
    QString poolName(const QString& key) const { return m_poolNames.value(key, key); }

    const Event& eventAt(int row) const; // row 0 is the newest
    int countOf(EventGroup group) const { return m_counts[static_cast<std::size_t>(group)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    const std::size_t m_capacity;
    std::deque<Event> m_events; // newest first
    std::array<int, 5> m_counts{};
    QHash<QString, QString> m_poolNames;
};

} // namespace lifeguard
