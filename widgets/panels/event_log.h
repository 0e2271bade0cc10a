// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QFrame>

#include <vector>

class QLabel;
class QLineEdit;
class QTableView;
class QToolButton;

namespace lifeguard {

class EventFilter;
class EventModel;

// What happened, newest first: filtered by group, text and pool, followed, exported. GUI thread.
class EventLog : public QFrame {
    Q_OBJECT

  public:
    explicit EventLog(QWidget* parent = nullptr);

    void append(const std::vector<Event>& events); // oldest first
    void setPoolName(const QString& key, const QString& name);
    void setPoolFilter(const QString& key); // empty: all pools
    void focusFilter();

    std::vector<Event> shown() const;                         // after the filters, oldest first
    bool exportTo(const QString& file, QString* error) const; // JSON when its name ends so, else CSV
    EventModel& model() { return *m_model; }

  Q_SIGNALS:
    void exported(const QString& sentence);
    void exportFailed(const QString& sentence);

  private:
    QWidget* makeTitleRow();
    void makeChips(QWidget* row);
    void makeTable();
    void showCounts();
    void showDetails(const QModelIndex& index);
    void askExport();
    void copySelection();

    EventModel* m_model;
    EventFilter* m_filter;
    QTableView* m_table;
    QLineEdit* m_text;
    QToolButton* m_follow;
    QToolButton* m_poolOnly;
    std::vector<QToolButton*> m_chips;
    QString m_poolKey;
};

} // namespace lifeguard
