// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/health.h"

#include <QWidget>

namespace lifeguard {

// One health check: shape and name, the newest answer, and a bar for each of the last ones. A bar's height says its
// state as well as its colour does.
class CheckRow : public QWidget {
    Q_OBJECT

  public:
    explicit CheckRow(QWidget* parent = nullptr);

    void setCheck(const CheckView& check, TimePoint now);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString m_name;
    QString m_text;
    HealthStatus m_verdict = HealthStatus::Unknown;
    bool m_stale = false;
    std::vector<HealthStatus> m_history;
};

} // namespace lifeguard
