// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace lifeguard {

// Shuts one pool down when told to. Its thread is made when the pool is opened, so that many pools can be shut down at
// the same time without a thread being made during shutdown. Any thread.
class PoolCloser {
  public:
    explicit PoolCloser(std::shared_ptr<Pool> pool);
    ~PoolCloser(); // begin() and wait()

    PoolCloser(const PoolCloser&) = delete;
    PoolCloser& operator=(const PoolCloser&) = delete;

    void begin(); // returns at once
    void wait();  // until the pool is shut down

  private:
    void run();

    const std::shared_ptr<Pool> m_pool;
    std::mutex m_mutex; // guards the two flags
    std::condition_variable m_changed;
    bool m_begun = false;
    bool m_done = false;
    std::thread m_thread;
};

} // namespace lifeguard
