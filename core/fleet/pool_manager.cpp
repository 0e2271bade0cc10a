// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/pool_manager.h"

#include "core/fleet/check_up.h"
#include "core/resilience/error_class.h"

#include <algorithm>

namespace lifeguard {

PoolManager::PoolManager(const FleetOptions& options, std::shared_ptr<Driver> driver,
                         std::shared_ptr<const TimeSource> time, std::shared_ptr<Journal> journal)
    : m_options(options), m_driver(std::move(driver)), m_time(std::move(time)), m_journal(std::move(journal))
{
}

PoolManager::~PoolManager()
{
    shutdown();
}

std::optional<Refusal> PoolManager::open(const Profile& profile, const std::string& password)
{
    const tl::expected<Target, DatabaseError> target = m_driver->parse(profile.connection);
    const std::lock_guard change(m_change);
    if (std::optional<Refusal> refusal = problemsOf(profile, target))
        return refusal;
    const std::shared_ptr<const ManagedPool> made = make(profile, password, *target);
    made->monitor->add({made->key, target->database, m_driver->serverProbe(profile, password),
                        m_driver->healthProbe(profile, password), doctorFor(profile, password, *target),
                        [pool = made->pool] { return pool->asleep(); }});
    const std::lock_guard lock(m_mutex);
    if (m_closed)
        return Refusal{"Profile \"" + profile.name + "\" was not opened: the console is shutting down", {}, {}};
    m_pools.emplace(made->key, made);
    m_monitors[target->server] = made->monitor;
    return std::nullopt;
}

std::optional<Refusal> PoolManager::problemsOf(const Profile& profile,
                                               const tl::expected<Target, DatabaseError>& target) const
{
    std::string problems;
    const auto add = [&problems](const std::string& text) { problems += (problems.empty() ? "" : "; ") + text; };
    Refusal refusal;
    if (profile.name.empty())
        add("it has no name");
    if (!target) {
        add("its connection string is wrong: " + describe(target.error()));
        refusal.sqlState = target.error().sqlState;
        refusal.advice = classify(target.error(), Phase::Connect).advice;
    }
    for (const OptionProblem& problem : validate(profile.options))
        add("option " + problem.field + " " + problem.message);
    const std::lock_guard lock(m_mutex);
    if (m_closed)
        add("the console is shutting down");
    if (m_pools.contains(profile.name))
        add("a pool of this name is open already");
    if (problems.empty())
        return std::nullopt;
    refusal.text = "Profile \"" + profile.name + "\" was not opened: " + problems;
    if (refusal.advice.empty())
        refusal.advice = "Correct the profile and open it again.";
    return refusal;
}

std::shared_ptr<const ManagedPool> PoolManager::make(const Profile& profile, const std::string& password,
                                                     const Target& target)
{
    auto made = std::make_shared<ManagedPool>();
    made->key = profile.name;
    made->profile = profile;
    made->target = target;
    PoolSetup setup;
    setup.name = profile.name;
    setup.options = profile.options;
    setup.connector = m_driver->connector(profile, password);
    setup.onEvent = [journal = m_journal](Event event) { journal->append(std::move(event)); };
    setup.time = m_time;
    made->monitor = monitorOf(target.server);
    setup.statementOf = [monitor = std::weak_ptr(made->monitor)](int backendPid) {
        const auto watching = monitor.lock(); // not after the pool was closed
        return watching ? watching->statementOf(backendPid) : std::string();
    };
    made->pool = std::make_shared<Pool>(std::move(setup));
    made->closer = std::make_unique<PoolCloser>(made->pool);
    return made;
}

std::function<bool(TimePoint)> PoolManager::doctorFor(const Profile& profile, const std::string& password,
                                                      const Target& target)
{
    auto checkUp = std::make_shared<CheckUp>(profile, target, m_time, m_journal);
    checkUp->visit({});
    return [this, checkUp, profile, password, server = target.server](TimePoint deadline) {
        const tl::expected<ServerFacts, DatabaseError> facts = m_driver->serverFacts(profile, password, deadline);
        if (!facts)
            return false;
        Surroundings around;
        around.server = *facts;
        for (const auto& other : pools())
            if (other->key != profile.name && other->target.server == server) {
                ++around.otherPools;
                around.maxSizeOfOthers += other->pool->options().maxSize;
            }
        checkUp->visit(around);
        return true;
    };
}

std::shared_ptr<ServerMonitor> PoolManager::monitorOf(const std::string& server)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_monitors.find(server);
        if (found != m_monitors.end())
            return found->second;
    }
    return std::make_shared<ServerMonitor>(MonitorSetup{server, m_options.activityInterval, m_options.healthInterval,
                                                        m_options.probeTimeout, m_time, m_journal.get()});
}

bool PoolManager::close(const PoolKey& key)
{
    const std::shared_ptr<const ManagedPool> closing = find(key);
    if (!closing)
        return false;
    closing->closer->begin();
    closing->closer->wait(); // meanwhile the screen shows how it shuts down
    const std::lock_guard change(m_change);
    if (find(key) != closing)
        return true; // another close has done the rest
    closing->monitor->remove(key);
    const bool last = closing->monitor->empty();
    if (last) { // here, since whoever drops it last may be the sampler, which mustn't wait
        closing->monitor->stop();
        closing->monitor->join();
    }
    const std::lock_guard lock(m_mutex);
    m_pools.erase(key);
    if (last)
        m_monitors.erase(closing->target.server);
    return true;
}

std::shared_ptr<const ManagedPool> PoolManager::find(const PoolKey& key) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_pools.find(key);
    return found == m_pools.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const ManagedPool>> PoolManager::pools() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<const ManagedPool>> pools;
    for (const auto& [key, pool] : m_pools)
        pools.push_back(pool);
    return pools;
}

std::shared_ptr<const ManagedPool> PoolManager::readOnlyOn(const std::string& server) const
{
    const std::lock_guard lock(m_mutex);
    for (const auto& [key, pool] : m_pools)
        if (pool->profile.readOnly && pool->target.server == server)
            return pool;
    return nullptr;
}

Environment PoolManager::environmentOf(const std::string& server) const
{
    Environment gravest = Environment::Development;
    const std::lock_guard lock(m_mutex);
    for (const auto& [key, pool] : m_pools)
        if (pool->target.server == server)
            gravest = std::max(gravest, pool->profile.environment);
    return gravest;
}

std::vector<std::shared_ptr<ServerMonitor>> PoolManager::monitors() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<ServerMonitor>> monitors;
    for (const auto& [server, monitor] : m_monitors)
        monitors.push_back(monitor);
    return monitors;
}

void PoolManager::shutdown()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
    }
    for (const auto& monitor : monitors())
        monitor->stop();
    const auto closing = pools();
    for (const auto& each : closing)
        each->closer->begin();
    for (const auto& each : closing)
        each->closer->wait();
    const std::lock_guard change(m_change);
    for (const auto& monitor : monitors())
        monitor->join();
}

} // namespace lifeguard
