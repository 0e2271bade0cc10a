// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/event.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace lifeguard {

// A bounded ring of events with running ids. Writers are any threads; readers catch up by id, so that one that falls
// behind loses only what the ring has dropped, and can see that from the ids.
class Journal {
  public:
    static constexpr std::size_t kDefaultCapacity = 1'000'000; // about 400 MB when it is full

    explicit Journal(std::size_t capacity = kDefaultCapacity);

    // Stamps the id (and the wall time, when it is unset), stores it, then calls the listener outside the lock.
    EventId append(Event event);

    // Up to `limit` events with an id above `after`, oldest first.
    std::vector<Event> since(EventId after, std::size_t limit = 10'000) const;

    EventId newest() const;

    // Called after every append, on the appending thread; it must be quick and must not append. Set it before the first
    // append from another thread. An empty function removes it and returns only once no call is running.
    void setListener(std::function<void()> listener);

  private:
    const std::size_t m_capacity;
    mutable std::mutex m_mutex; // guards the two below; nothing is called under it
    std::deque<Event> m_events;
    std::uint64_t m_nextId = 1;
    std::mutex m_listenerMutex; // held while the listener runs; never taken under m_mutex
    std::function<void()> m_listener;
};

} // namespace lifeguard
