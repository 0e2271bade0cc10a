// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/fleet.h"
#include "core/pool/pool.h"
#include "tests/support/fake_driver.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lifeguard {

// A fleet over servers that exist by name only, in quick motion, with every outcome that it told. Any thread.
class FleetFixture {
  public:
    static FleetOptions quick()
    {
        using std::chrono::milliseconds;
        FleetOptions options;
        options.sampleInterval = milliseconds{10};
        options.activityInterval = milliseconds{20};
        options.healthInterval = milliseconds{20};
        options.probeTimeout = milliseconds{1'000};
        options.actor = "ops@test";
        return options;
    }

    explicit FleetFixture(FleetOptions options = quick())
        : driver(std::make_shared<FakeDriver>()), fleet(std::make_unique<Fleet>(std::move(options), driver))
    {
        fleet->setOutcomeListener([this](const CommandOutcome& outcome) {
            const std::lock_guard lock(m_mutex);
            m_outcomes[outcome.ticket] = outcome;
            m_changed.notify_all();
        });
    }

    static Profile profile(const std::string& name, const std::string& connection = "db/orders")
    {
        Profile made;
        made.name = name;
        made.connection = connection;
        made.options.shutdownTimeout = std::chrono::milliseconds{500};
        return made;
    }

    CommandOutcome run(Command command) { return outcomeOf(fleet->submit(std::move(command))); }
    CommandOutcome open(const std::string& name, const std::string& connection = "db/orders")
    {
        return run(OpenProfile{profile(name, connection), {}});
    }

    // Waits for it; an outcome that says so when it doesn't come.
    CommandOutcome outcomeOf(std::uint64_t ticket)
    {
        std::unique_lock lock(m_mutex);
        const auto told = [this, ticket] { return m_outcomes.contains(ticket); };
        if (!m_changed.wait_for(lock, std::chrono::seconds{60}, told)) {
            CommandOutcome none;
            none.summary = "the outcome was not told within 60 s";
            return none;
        }
        return m_outcomes[ticket];
    }

    std::vector<Event> events(EventKind kind) const
    {
        std::vector<Event> chosen;
        for (Event& event : fleet->journal().since({}))
            if (event.kind == kind)
                chosen.push_back(std::move(event));
        return chosen;
    }

    // The newest view of a pool; one with an empty key when it isn't there.
    PoolView view(const PoolKey& key) const
    {
        const FleetSnapshotPtr snapshot = fleet->snapshot();
        const PoolView* found = snapshot->find(key);
        return found == nullptr ? PoolView{} : *found;
    }

    PoolHealth health(const PoolKey& key) const { return view(key).verdict.health; }

    // The key of an application's pool by the application's name; empty when it isn't seen.
    PoolKey keyOf(const std::string& application) const
    {
        const FleetSnapshotPtr snapshot = fleet->snapshot(); // kept while it is walked over
        for (const PoolView& each : snapshot->pools)
            if (each.observed && each.observed->application == application)
                return each.key;
        return {};
    }

    const std::shared_ptr<FakeDriver> driver;

  private:
    std::mutex m_mutex; // guards m_outcomes
    std::condition_variable m_changed;
    std::map<std::uint64_t, CommandOutcome> m_outcomes;

  public:
    const std::unique_ptr<Fleet> fleet; // last: it ends first, while its outcomes can still be told
};

} // namespace lifeguard
