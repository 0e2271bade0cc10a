// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/event_filter.h"
#include "widgets/models/event_store.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <deque>
#include <functional>
#include <vector>

namespace lifeguard {

// The rows of the event log: the store's events that pass the filter, the newest on top, repeats folded into one row if
// wanted. After a change of the filter the store is gone through in slices of some milliseconds, the newest first, so
// that the window answers meanwhile. GUI thread.
class EventModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { TimeColumn, SeverityColumn, PoolColumn, CountColumn, TextColumn, kColumns };
    enum Role { SeverityRole = Qt::UserRole }; // int of Severity

    explicit EventModel(EventStore& store, QObject* parent = nullptr);

    const EventFilter& filter() const { return m_filter; }
    void setFilter(const EventFilter& filter);

    // Folds events that follow each other, of one pool, kind and severity, into one row.
    bool folding() const { return m_folding; }
    void setFolding(bool folding);

    bool isScanning() const { return m_scanEnd > m_store.first(); } // the rows aren't all there yet

    const Event& eventAt(int row) const;         // row 0 is the newest; of repeats the last
    const Event& firstEventAt(int row) const;    // of repeats the first
    QString plainText(const Event& event) const; // time, severity, pool and words, tabs between
    int repeatsAt(int row) const { return static_cast<int>(m_rows[static_cast<std::size_t>(row)].count); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  Q_SIGNALS:
    void scanned(); // every event has been asked

  private:
    struct Row { // `count` events that pass, the oldest at `first`, the newest at `last` in the store
        std::uint64_t first;
        std::uint64_t last;
        std::uint32_t count;
    };

    bool folds(std::uint64_t one, std::uint64_t other) const;
    bool passes(std::uint64_t place) const { return m_filter.matches(m_store.at(place), m_store); }
    void takeNewer(std::uint64_t from);
    void restart();
    void scanSlice();
    void addOlder(std::vector<Row> older);
    void removeWhere(const std::function<bool(std::uint64_t)>& gone);
    std::uint64_t nextPassing(std::uint64_t place, std::uint64_t last) const;
    QVariant text(const Row& row, int column) const;
    QString toolTip(const Row& row) const;

    EventStore& m_store;
    EventFilter m_filter;
    bool m_folding = false;
    std::deque<Row> m_rows;      // newest first
    std::uint64_t m_scanEnd = 0; // events before this place haven't been asked yet
    QTimer m_scanTimer;
};

} // namespace lifeguard
