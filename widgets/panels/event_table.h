// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QTableView>

#include <functional>

namespace lifeguard {

class EventModel;

// The rows of the event log. Follows the newest event until the user scrolls away, then stays where it is read and
// counts what came in above. GUI thread.
class EventTable : public QTableView {
    Q_OBJECT

  public:
    static constexpr int kCopyLimit = 10'000; // rows; a file is the place for more

    EventTable(EventModel& model, QWidget* parent = nullptr);

    // Does what changes the rows, and keeps in view what is in view.
    void change(const std::function<void()>& doIt);

    bool follows() const { return m_follows; }
    void setFollows(bool follows); // true scrolls to the newest as well
    int unseen() const { return m_unseen; }

    std::vector<Event> selectedEvents() const; // as they are shown, the newest first; up to kCopyLimit
    void copyText() const;                     // times, severities, pools and words, tabs between
    void copyJson() const;                     // every field

  Q_SIGNALS:
    void followsChanged(bool follows);
    void unseenChanged(int unseen); // rows above those in view
    void currentEventChanged(int row);
    void detailsRequested();
    void showInChartRequested(const Event& event);

  protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

  private:
    void setUpLook();
    void setUpActions();
    void noteScroll(int value);
    void setUnseen(int unseen);

    EventModel& m_model;
    bool m_follows = true;
    bool m_changing = false;
    int m_unseen = 0;
};

} // namespace lifeguard
