// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/fleet.h"

#include "core/fleet/command_runner.h"
#include "core/fleet/pool_manager.h"
#include "core/fleet/sampler.h"

#include <cstdio>
#include <cstdlib>

namespace lifeguard {

namespace {

FleetOptions usable(FleetOptions options)
{
    for (const std::chrono::milliseconds interval :
         {options.sampleInterval, options.activityInterval, options.healthInterval, options.probeTimeout})
        if (interval <= std::chrono::milliseconds{0}) {
            std::fputs("lifeguard: the fleet's intervals and its time-out must be longer than 0 ms\n", stderr);
            std::abort();
        }
    if (options.actor.empty())
        options.actor = "the console";
    return options;
}

std::shared_ptr<const TimeSource> orSystem(std::shared_ptr<const TimeSource> time)
{
    return time ? std::move(time) : std::make_shared<SystemTime>();
}

} // namespace

// The order matters: each member uses only those above it, and they end in the reverse order.
class Fleet::Impl {
  public:
    Impl(const FleetOptions& options, const std::shared_ptr<Driver>& driver,
         const std::shared_ptr<const TimeSource>& time)
        : manager(options, driver, time, journal)
        , sampler(options, manager, history, time)
        , commands(options, manager, driver, time, *journal)
        , runner(commands)
    {
    }

    const std::shared_ptr<Journal> journal = std::make_shared<Journal>();
    History history;
    PoolManager manager;
    Sampler sampler;
    FleetCommands commands;
    CommandRunner runner;
    std::once_flag shutDown;
};

Fleet::Fleet(FleetOptions options, std::shared_ptr<Driver> driver, std::shared_ptr<const TimeSource> time)
    : m_impl(std::make_unique<Impl>(usable(std::move(options)), driver, orSystem(std::move(time))))
{
}

Fleet::~Fleet()
{
    shutdown();
}

std::uint64_t Fleet::submit(Command command)
{
    return m_impl->runner.submit(std::move(command));
}

FleetSnapshotPtr Fleet::snapshot() const
{
    return m_impl->sampler.newest();
}

const History& Fleet::history() const
{
    return m_impl->history;
}

Journal& Fleet::journal()
{
    return *m_impl->journal;
}

std::shared_ptr<Pool> Fleet::pool(const PoolKey& key) const
{
    const std::shared_ptr<const ManagedPool> managed = m_impl->manager.find(key);
    return managed ? managed->pool : nullptr;
}

void Fleet::setSnapshotListener(std::function<void(FleetSnapshotPtr)> listener)
{
    m_impl->sampler.setListener(std::move(listener));
}

void Fleet::setOutcomeListener(std::function<void(const CommandOutcome&)> listener)
{
    m_impl->runner.setListener(std::move(listener));
}

void Fleet::shutdown()
{
    std::call_once(m_impl->shutDown, [this] {
        m_impl->runner.stop();
        m_impl->manager.shutdown();
        m_impl->runner.join();
        m_impl->sampler.stop();
    });
}

} // namespace lifeguard
