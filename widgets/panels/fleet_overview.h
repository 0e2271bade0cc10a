// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/fleet_model.h"

#include <QDateTime>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSettings;
class QTreeView;

namespace lifeguard {

// All pools in one table: worst first, and in their places while the pointer is over them; filtered as one types,
// grouped by server, environment or kind. GUI thread.
class FleetOverview : public QWidget {
    Q_OBJECT

  public:
    explicit FleetOverview(QWidget* parent = nullptr);

    void setSnapshot(const FleetSnapshot& snapshot);
    void appendEvents(const std::vector<Event>& events);
    void focusFilter();
    void restore(const QSettings& settings);
    void save(QSettings& settings) const;

    FleetModel& model() { return *m_model; }
    QTreeView& table() { return *m_table; }
    QLineEdit& filter() { return *m_filter; }
    QComboBox& grouping() { return *m_grouping; }

  Q_SIGNALS:
    // A double click or Enter on a pool; `at`: of its last event when that was the cell, else invalid, which is now.
    void poolActivated(const QString& key, const QDateTime& at);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void setupTable();
    QWidget* makeHead();
    void activate(const QModelIndex& index);
    void regroup();
    void tellCount();

    FleetModel* m_model;
    FleetOrder* m_order;
    QTreeView* m_table;
    QLineEdit* m_filter;
    QComboBox* m_grouping;
    QLabel* m_count;
};

} // namespace lifeguard
