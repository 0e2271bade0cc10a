// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QFrame>

class QFormLayout;
class QLabel;
class QToolButton;

namespace lifeguard {

// Every field of one event, to be read and copied, beside the list. GUI thread.
class EventPane : public QFrame {
    Q_OBJECT

  public:
    explicit EventPane(QWidget* parent = nullptr);

    // `event` is the last of `repeats` events of its kind that follow each other; `first` is the first of them.
    void setEvent(const Event& event, const QString& poolName, const Event& first, int repeats);

  Q_SIGNALS:
    void closed();
    void showInChartRequested(const Event& event);

  private:
    QWidget* makeTitleRow();
    void addField(const QString& name, const QString& value);
    void addNumbers();

    Event m_event;
    QLabel* m_title;
    QToolButton* m_copy;
    QToolButton* m_chart;
    QFormLayout* m_form;
};

} // namespace lifeguard
