// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/health.h"
#include "widgets/panels/card.h"

#include <vector>

class QLabel;
class QToolButton;

namespace lifeguard {

class CheckRow;

// The health checks of a pool, with a strip of their last answers. GUI thread.
class HealthPanel : public Card {
    Q_OBJECT

  public:
    explicit HealthPanel(QWidget* parent = nullptr);

    void setChecks(const std::vector<CheckView>& checks, TimePoint now);
    void showNone(const QString& why); // instead of checks

  Q_SIGNALS:
    void runRequested();

  private:
    QToolButton* m_run;
    QLabel* m_none;
    std::vector<CheckRow*> m_rows;
};

} // namespace lifeguard
