// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/time_chart.h"

namespace lifeguard {

// How long callers waited for a lease: p50, p95 and p99 in milliseconds.
class LatencyChart : public TimeChart {
    Q_OBJECT

  public:
    explicit LatencyChart(QWidget* parent = nullptr);

  protected:
    void appendPoint(const HistoryPoint& point, double time) override;
    void recolour(const Theme& theme) override;
    double highest(double from) const override;
    QString summary() const override;

  private:
    QCPGraph* m_p50;
    QCPGraph* m_p95;
    QCPGraph* m_p99;
    HistoryPoint m_newest;
};

} // namespace lifeguard
