// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QList>
#include <QPointer>
#include <QWidget>

namespace lifeguard {

// Takes actions away from every menu, tool bar and window that they are in, and puts them back where they were. Being
// in none of them, an action has no shortcut either. GUI thread.
class ActionGuard {
  public:
    void guard(QAction* action); // before it is taken away for the first time
    void setOffered(bool offered);

  private:
    struct Place {
        QPointer<QWidget> widget;
        QPointer<QAction> action;
        QPointer<QAction> before; // what came next there; null at the end
    };

    void takeAway(QAction* action);

    QList<QPointer<QAction>> m_actions;
    QList<Place> m_places; // in the order in which they were left
    bool m_offered = true;
};

} // namespace lifeguard
