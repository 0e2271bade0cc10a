// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/action_guard.h"

#include <QMainWindow>
#include <QMenu>
#include <QToolBar>

#include <algorithm>
#include <utility>

namespace lifeguard {

void ActionGuard::guard(QAction* action)
{
    m_actions << action;
}

void ActionGuard::setOffered(bool offered)
{
    if (offered == std::exchange(m_offered, offered))
        return;
    if (!offered) {
        for (const QPointer<QAction>& action : std::as_const(m_actions))
            if (action)
                takeAway(action);
        return;
    }
    // Backwards, so that what an action stood before is there again.
    QList<Place> places = std::exchange(m_places, {});
    std::reverse(places.begin(), places.end());
    for (const Place& place : std::as_const(places))
        if (place.widget && place.action)
            place.widget->insertAction(place.before, place.action);
}

void ActionGuard::takeAway(QAction* action)
{
    for (QObject* object : action->associatedObjects()) {
        auto* widget = qobject_cast<QWidget*>(object);
        // A tool button keeps its default action; it goes with the tool bar's action for it.
        if (qobject_cast<QMenu*>(widget) == nullptr && qobject_cast<QToolBar*>(widget) == nullptr
            && qobject_cast<QMainWindow*>(widget) == nullptr)
            continue;
        const QList<QAction*> actions = widget->actions();
        const qsizetype next = actions.indexOf(action) + 1;
        m_places << Place{widget, action, next < actions.size() ? actions.at(next) : nullptr};
        widget->removeAction(action);
    }
}

} // namespace lifeguard
