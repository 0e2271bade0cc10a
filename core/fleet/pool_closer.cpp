// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/pool_closer.h"

#include "core/base/thread_name.h"

namespace lifeguard {

PoolCloser::PoolCloser(std::shared_ptr<Pool> pool) : m_pool(std::move(pool)), m_thread(&PoolCloser::run, this) {}

PoolCloser::~PoolCloser()
{
    begin();
    m_thread.join();
}

void PoolCloser::begin()
{
    const std::lock_guard lock(m_mutex);
    m_begun = true;
    m_changed.notify_all();
}

void PoolCloser::wait()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_done; });
}

void PoolCloser::run()
{
    nameThisThread("lg-close-" + m_pool->name());
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_begun; });
    lock.unlock();
    m_pool->shutdown();
    lock.lock();
    m_done = true;
    m_changed.notify_all();
}

} // namespace lifeguard
