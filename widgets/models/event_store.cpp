// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/event_store.h"

#include <algorithm>

namespace lifeguard {

EventStore::EventStore(QObject* parent, std::size_t capacity)
    : QObject(parent), m_capacity(std::max<std::size_t>(1, capacity))
{
}

void EventStore::append(std::vector<Event> events)
{
    if (events.empty())
        return;
    if (m_events.size() + events.size() > m_capacity)
        drop(std::min(m_events.size(), m_events.size() + events.size() - m_capacity));
    const std::size_t skipped = events.size() > m_capacity ? events.size() - m_capacity : 0;
    m_first += skipped;
    m_dropped += skipped;
    const std::uint64_t from = end();
    for (std::size_t i = 0; i < events.size(); ++i) {
        countGap(events[i]);
        if (i < skipped)
            continue;
        ++m_counts[static_cast<std::size_t>(groupOf(events[i].kind))];
        m_events.push_back(std::move(events[i]));
    }
    Q_EMIT appended(from);
}

void EventStore::drop(std::size_t count)
{
    Q_EMIT aboutToDrop(m_first + count);
    for (std::size_t i = 0; i < count; ++i) {
        --m_counts[static_cast<std::size_t>(groupOf(m_events.front().kind))];
        m_events.pop_front();
    }
    m_first += count;
    m_dropped += count;
}

void EventStore::countGap(const Event& next)
{
    if (m_newestId != 0 && next.id.value > m_newestId + 1)
        m_dropped += next.id.value - m_newestId - 1;
    m_newestId = std::max(m_newestId, next.id.value);
}

void EventStore::setPoolName(const QString& key, const QString& name)
{
    if (key == name || m_poolNames.value(key) == name)
        return;
    m_poolNames.insert(key, name);
    Q_EMIT poolNamed(key);
}

} // namespace lifeguard
