// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QSortFilterProxyModel>

#include <optional>

namespace lifeguard {

// Shows the events of one group, of one pool, and with a text in them. GUI thread.
class EventFilter : public QSortFilterProxyModel {
    Q_OBJECT

  public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setGroup(std::optional<EventGroup> group); // none: all
    void setText(const QString& text);              // in the event's words or its pool's name; case doesn't matter
    void setPool(const QString& key);               // empty: all

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    std::optional<EventGroup> m_group;
    QString m_text;
    QString m_pool;
};

} // namespace lifeguard
