// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

namespace lifeguard {

// The console's copy of the journal: the newest events up to a capacity, and how many were dropped. Events are numbered
// by place from 0; a number stays an event's own when older ones are dropped. GUI thread.
class EventStore : public QObject {
    Q_OBJECT

  public:
    static constexpr std::size_t kDefaultCapacity = 1'000'000; // as the journal; about 400 MB when it is full

    explicit EventStore(QObject* parent = nullptr, std::size_t capacity = kDefaultCapacity);

    void append(std::vector<Event> events); // oldest first, as the journal gives them

    std::uint64_t first() const { return m_first; }                 // the place of the oldest
    std::uint64_t end() const { return m_first + m_events.size(); } // one past the place of the newest
    std::size_t size() const { return m_events.size(); }
    const Event& at(std::uint64_t place) const { return m_events[static_cast<std::size_t>(place - m_first)]; }
    std::size_t countOf(EventGroup group) const { return m_counts[static_cast<std::size_t>(group)]; }

    // How many were dropped: by this store, and by the journal before they came here (the ids show it).
    std::uint64_t dropped() const { return m_dropped; }

    // Names to show for keys that aren't names themselves (pools seen from the server).
    void setPoolName(const QString& key, const QString& name);
    QString poolName(const QString& key) const { return m_poolNames.value(key, key); }

  Q_SIGNALS:
    void aboutToDrop(quint64 end); // every event before this place; they are still there
    void appended(quint64 first);  // from this place to the end
    void poolNamed(const QString& key);

  private:
    void drop(std::size_t count);
    void countGap(const Event& next);

    const std::size_t m_capacity;
    std::deque<Event> m_events; // oldest first
    std::uint64_t m_first = 0;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_newestId = 0;
    std::array<std::size_t, 5> m_counts{};
    QHash<QString, QString> m_poolNames;
};

} // namespace lifeguard
