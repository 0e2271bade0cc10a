// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/history.h"
#include "core/fleet/snapshot_builder.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace lifeguard {

// Makes a snapshot of the fleet at every sample interval, on a thread of its own ("lg-sampler"). It only copies what
// pools and monitors know, so a server that hangs doesn't hold it up. Any thread.
class Sampler {
  public:
    Sampler(const FleetOptions& options, const PoolManager& manager, History& history,
            std::shared_ptr<const TimeSource> time);
    ~Sampler(); // stop()

    Sampler(const Sampler&) = delete;
    Sampler& operator=(const Sampler&) = delete;

    FleetSnapshotPtr newest() const; // never null

    // Called on the sampler's thread. Returns only once no call of the former one is running.
    void setListener(std::function<void(FleetSnapshotPtr)> listener);

    void stop(); // waits for the thread; no call of the listener afterwards

  private:
    void run();
    void sample();

    const FleetOptions m_options;
    History& m_history;
    const std::shared_ptr<const TimeSource> m_time;
    SnapshotBuilder m_builder; // the thread's own

    mutable std::mutex m_mutex; // guards the block below
    std::condition_variable m_wake;
    FleetSnapshotPtr m_newest;
    std::uint64_t m_missed = 0;
    bool m_stop = false;

    std::mutex m_listenerMutex; // held while the listener runs; never taken under m_mutex
    std::function<void(FleetSnapshotPtr)> m_listener;

    std::thread m_thread;
};

} // namespace lifeguard
