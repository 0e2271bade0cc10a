// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/sampler.h"

#include "core/base/thread_name.h"

namespace lifeguard {

Sampler::Sampler(const FleetOptions& options, const PoolManager& manager, History& history,
                 std::shared_ptr<const TimeSource> time)
    : m_options(options), m_history(history), m_time(std::move(time)), m_builder(options, manager)
{
    auto empty = std::make_shared<FleetSnapshot>();
    empty->at = m_time->now();
    empty->wallAt = m_time->wallNow();
    empty->interval = options.sampleInterval;
    m_newest = std::move(empty);
    m_thread = std::thread(&Sampler::run, this);
}

Sampler::~Sampler()
{
    stop();
}

void Sampler::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
        m_wake.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
}

FleetSnapshotPtr Sampler::newest() const
{
    const std::lock_guard lock(m_mutex);
    return m_newest;
}

void Sampler::setListener(std::function<void(FleetSnapshotPtr)> listener)
{
    const std::lock_guard lock(m_listenerMutex);
    m_listener = std::move(listener);
}

void Sampler::run()
{
    nameThisThread("lg-sampler");
    TimePoint next = m_time->now();
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        lock.unlock();
        sample();
        lock.lock();
        next += m_options.sampleInterval;
        if (const TimePoint now = m_time->now(); now > next) { // late: those that were due are lost, not caught up
            const auto missed = (now - next) / m_options.sampleInterval + 1;
            m_missed += static_cast<std::uint64_t>(missed);
            next += missed * m_options.sampleInterval;
        }
        while (!m_stop && m_time->now() < next)
            m_time->waitUntil(m_wake, lock, next);
    }
}

void Sampler::sample()
{
    FleetSnapshot made = m_builder.build(m_time->now());
    made.wallAt = m_time->wallNow();
    made.interval = m_options.sampleInterval;
    {
        const std::lock_guard lock(m_mutex);
        made.sequence = m_newest->sequence + 1;
        made.missedSamples = m_missed;
    }
    const auto snapshot = std::make_shared<const FleetSnapshot>(std::move(made));
    m_history.record(*snapshot);
    {
        const std::lock_guard lock(m_mutex);
        m_newest = snapshot;
    }
    const std::lock_guard lock(m_listenerMutex);
    if (m_listener)
        m_listener(snapshot);
}

} // namespace lifeguard
