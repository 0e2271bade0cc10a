// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QFrame>
#include <QTimer>

#include <deque>
#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QToolButton;

namespace lifeguard {

class EventModel;
class EventStore;
class EventTable;

// What happened, newest first: filtered by group, text and pool, followed, exported. GUI thread.
// Events are taken over at once when it is quiet, and in slices of some milliseconds when they come in masses.
class EventLog : public QFrame {
    Q_OBJECT

  public:
    explicit EventLog(QWidget* parent = nullptr);

    void append(const std::vector<Event>& events); // oldest first
    void setPaused(bool paused);                   // holds back what comes, as much as the log can keep
    void setPoolName(const QString& key, const QString& name);
    void setPoolFilter(const QString& key); // empty: all pools
    void focusFilter();

    std::vector<Event> shown() const;                         // after the filters, oldest first
    bool exportTo(const QString& file, QString* error) const; // JSON when its name ends so, else CSV
    EventModel& model() { return *m_model; }
    EventStore& store() { return *m_store; }
    EventTable& table() { return *m_table; }

  Q_SIGNALS:
    void exported(const QString& sentence);
    void exportFailed(const QString& sentence);

  private:
    QWidget* makeTitleRow();
    void makeChips(QWidget* row);
    void takeArrived();
    void showCounts();
    void showUnseen(int unseen);
    void refilter();
    void showDetails();
    void askExport();

    EventStore* m_store;
    EventModel* m_model;
    EventTable* m_table;
    QLineEdit* m_text;
    QToolButton* m_follow;
    QToolButton* m_poolOnly;
    QToolButton* m_unseen;
    QLabel* m_dropped;
    std::vector<QToolButton*> m_chips;
    std::optional<EventGroup> m_group;
    QString m_poolKey;
    std::deque<Event> m_arrived; // not in the store yet
    QTimer m_takeTimer;
    bool m_paused = false;
};

} // namespace lifeguard
