// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"
#include "tests/support/manual_time.h"
#include "tests/support/stub_session.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace lifeguard {

// The defaults, but for the size.
inline PoolOptions sized(int min, int max)
{
    PoolOptions options;
    options.minSize = min;
    options.maxSize = max;
    return options;
}

// A pool over a scripted server, with time in the test's hand, and every event that it emitted. Any thread.
class PoolFixture {
  public:
    // `random`: what every draw gives; 0.5 makes delays and lifetimes without jitter.
    explicit PoolFixture(PoolOptions options = {}, std::string name = "orders", double random = 0.5,
                         std::function<void(const ConnectionEvent&)> onConnectionEvent = {},
                         std::function<std::string(int)> statementOf = {})
    {
        PoolSetup setup;
        setup.name = std::move(name);
        setup.options = options;
        setup.connector = server->connector();
        setup.time = time;
        setup.random = [random] { return random; };
        setup.statementOf = std::move(statementOf);
        setup.onEvent = [this](Event event) {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(std::move(event));
        };
        setup.onConnectionEvent = std::move(onConnectionEvent);
        pool = std::make_unique<Pool>(std::move(setup));
    }

    std::vector<Event> events(EventKind kind) const
    {
        const std::lock_guard lock(m_mutex);
        std::vector<Event> chosen;
        std::copy_if(m_events.begin(), m_events.end(), std::back_inserter(chosen),
                     [kind](const Event& event) { return event.kind == kind; });
        return chosen;
    }

    int count(EventKind kind) const { return static_cast<int>(events(kind).size()); }

    std::shared_ptr<ManualTime> time = std::make_shared<ManualTime>();
    std::shared_ptr<StubServer> server = StubServer::make(time);

  private:
    mutable std::mutex m_mutex; // guards m_events
    std::vector<Event> m_events;

  public:
    std::unique_ptr<Pool> pool; // last: it dies first, while the events can still be taken
};

} // namespace lifeguard
