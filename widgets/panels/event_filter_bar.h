// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/event_filter.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QDateTimeEdit;
class QMenu;
class QToolButton;

namespace lifeguard {

// Pool, severity, kinds and time of the events to show, and whether repeats are folded. GUI thread.
class EventFilterBar : public QWidget {
    Q_OBJECT

  public:
    explicit EventFilterBar(QWidget* parent = nullptr);

    void setPoolName(const QString& key, const QString& name);
    void choosePool(const QString& key); // empty: all

    void apply(EventFilter& filter) const; // sets pool, severity, kinds and time
    int active() const;                    // how many of them are set
    void clear();
    void lockPool(bool locked, const QString& why); // while another control says which pool is shown

    bool folding() const;
    void setFolding(bool folding);

  Q_SIGNALS:
    void changed();
    void foldingChanged(bool folding);

  private:
    void makePools();
    void makeSeverities();
    void makeKinds();
    void makeTimes();
    void showKinds();
    void showTimes();
    std::set<EventKind> kinds() const;

    QComboBox* m_pools;
    QComboBox* m_severities;
    QToolButton* m_kinds;
    QMenu* m_kindMenu;
    QComboBox* m_times;
    QDateTimeEdit* m_from;
    QDateTimeEdit* m_to;
    QToolButton* m_clear;
    QToolButton* m_fold;
    QTimer m_moveOn; // while the last minutes are shown
};

} // namespace lifeguard
