// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/pool_list_model.h"

#include <QWidget>

class QListView;
class QStackedLayout;

namespace lifeguard {

// The list of pools. Rows don't change their place while the pointer is over them; the selection survives every
// snapshot. GUI thread.
class PoolSidebar : public QWidget {
    Q_OBJECT

  public:
    explicit PoolSidebar(QWidget* parent = nullptr);

    void setSnapshot(const FleetSnapshot& snapshot);
    void select(const QString& key); // when there is such a pool
    QString selected() const;        // empty when none is
    PoolListModel& model() { return *m_model; }

  Q_SIGNALS:
    void poolSelected(const QString& key);
    void connectRequested();
    void demoRequested();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QWidget* makeEmptyState();

    PoolListModel* m_model;
    QListView* m_view;
    QStackedLayout* m_stack;
};

} // namespace lifeguard
