// SPDX-License-Identifier: Apache-2.0
#include "core/events/journal.h"

#include <algorithm>

namespace lifeguard {

Journal::Journal(std::size_t capacity) : m_capacity(std::max<std::size_t>(1, capacity)) {}

EventId Journal::append(Event event)
{
    EventId id;
    {
        const std::lock_guard lock(m_mutex);
        id = EventId{m_nextId++};
        event.id = id;
        if (event.at == WallTime{})
            event.at = std::chrono::system_clock::now();
        m_events.push_back(std::move(event));
        if (m_events.size() > m_capacity)
            m_events.pop_front();
    }
    const std::lock_guard lock(m_listenerMutex);
    if (m_listener)
        m_listener();
    return id;
}

std::vector<Event> Journal::since(EventId after, std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    const auto first = std::upper_bound(m_events.begin(), m_events.end(), after,
                                        [](EventId id, const Event& event) { return id < event.id; });
    const auto available = static_cast<std::size_t>(m_events.end() - first);
    return {first, first + static_cast<std::ptrdiff_t>(std::min(available, limit))};
}

EventId Journal::newest() const
{
    const std::lock_guard lock(m_mutex);
    return EventId{m_nextId - 1};
}

void Journal::setListener(std::function<void()> listener)
{
    const std::lock_guard lock(m_listenerMutex);
    m_listener = std::move(listener);
}

} // namespace lifeguard
