// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QFrame>
#include <QTimer>

#include <deque>
#include <optional>
#include <vector>

class QBoxLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QSplitter;
class QToolButton;

namespace lifeguard {

class EventExporter;
class EventFilterBar;
class EventModel;
class EventPane;
class EventStore;
class EventTable;

// What happened, newest first: filtered, followed, folded, read in detail, exported. Events are taken over at once when
// it is quiet, and in slices of some milliseconds when they come in masses. GUI thread.
class EventLog : public QFrame {
    Q_OBJECT

  public:
    explicit EventLog(QWidget* parent = nullptr);
    ~EventLog() override;

    void append(const std::vector<Event>& events); // oldest first
    void setPaused(bool paused);                   // holds back what comes, as much as the log can keep
    void setPoolName(const QString& key, const QString& name);
    void setPoolFilter(const QString& key); // the pool that is chosen, for "This pool"
    void focusFilter();
    void exportTo(const QString& file); // what passes the filter; JSON when the name ends so, else CSV

    QByteArray saveState() const; // pane, filter row and grouping, for the settings
    void restoreState(const QByteArray& state);

    EventModel& model() { return *m_model; }
    EventStore& store() { return *m_store; }
    EventTable& table() { return *m_table; }

  Q_SIGNALS:
    void exported(const QString& sentence);
    void exportFailed(const QString& sentence);
    void jumpRequested(const QString& pool, WallTime at); // show this pool's charts at that time

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* makeTitleRow();
    void fillTools(QHBoxLayout& row);
    void fitTitleRow();
    void makeChips(QHBoxLayout& row);
    void addExport(QHBoxLayout& row);
    void setUpBody();
    void wire();
    void wireExporter();

    void takeArrived();
    void showCounts();
    void showUnseen(int unseen);
    void refilter();
    void setFolding(bool folding);
    void showDetails();
    void jumpTo(const Event& event);
    void askExport();

    EventStore* m_store;
    EventModel* m_model;
    EventExporter* m_exporter;
    EventTable* m_table;
    EventPane* m_pane;
    EventFilterBar* m_bar;
    QSplitter* m_body;
    QWidget* m_groups; // the chips, and beside or below them:
    QWidget* m_tools;
    QBoxLayout* m_titleRow = nullptr;
    QLineEdit* m_text;
    QToolButton* m_follow;
    QToolButton* m_poolOnly;
    QToolButton* m_filters;
    QToolButton* m_details;
    QToolButton* m_unseen;
    QToolButton* m_export;
    QToolButton* m_cancel;
    QProgressBar* m_progress;
    QLabel* m_dropped;
    std::vector<QToolButton*> m_chips;

    std::optional<EventGroup> m_group;
    QString m_poolKey;
    std::deque<Event> m_arrived; // not in the store yet
    QTimer m_takeTimer;
    bool m_paused = false;
};

} // namespace lifeguard
