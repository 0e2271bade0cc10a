// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace lifeguard::bench {

// A second thread that sleeps: glibc leaves atomics out of a process with one thread, and no program that uses a pool
// has only one.
class ParkedThread {
  public:
    ParkedThread()
        : m_thread([this] {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_over; });
        })
    {
    }
    ~ParkedThread()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_over = true;
        }
        m_wake.notify_one();
        m_thread.join();
    }
    ParkedThread(const ParkedThread&) = delete;
    ParkedThread& operator=(const ParkedThread&) = delete;

  private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_over = false;
    std::thread m_thread;
};

} // namespace lifeguard::bench
