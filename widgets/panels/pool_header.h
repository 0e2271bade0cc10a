// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/fleet_snapshot.h"

#include <QWidget>

class QLabel;

namespace lifeguard {

// Is anything wrong with this pool, and since when: shape, name, and the verdict in words; and how dangerous it is to
// act on it. GUI thread.
class PoolHeader : public QWidget {
    Q_OBJECT

  public:
    explicit PoolHeader(QWidget* parent = nullptr);

    void setView(const PoolView& view, TimePoint now);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void showIcon();

    QLabel* m_icon;
    QLabel* m_name;
    QLabel* m_line;
    QLabel* m_environment;
    QLabel* m_readOnly;
    Environment m_shown = Environment::Development;
    PoolHealth m_health = PoolHealth::Unknown;
};

// "Healthy · db.internal:5432/orders · PostgreSQL 15.18 · generation 5 · up 3 h 12 min"
QString headline(const PoolView& view, TimePoint now);

} // namespace lifeguard
