// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/time_chart.h"

namespace lifeguard {

// Active and idle connections stacked, callers waiting, and the limit.
class ConnectionsChart : public TimeChart {
    Q_OBJECT

  public:
    explicit ConnectionsChart(QWidget* parent = nullptr);

  protected:
    void appendPoint(const HistoryPoint& point, double time) override;
    void recolour(const Theme& theme) override;
    double highest(double from) const override;
    QString summary() const override;

  private:
    QCPGraph* m_active;
    QCPGraph* m_total; // active + idle: the area between is idle
    QCPGraph* m_waiting;
    QCPGraph* m_limit;
    QCPItemText* m_limitLabel;
    HistoryPoint m_newest;
};

} // namespace lifeguard
