// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/registration_tally.h"
#include "app/demo/traffic_wave.h"
#include "core/fleet/fleet.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lifeguard {

struct TrafficPlan {
    std::string pool; // its key in the fleet; no traffic while it isn't open
    TrafficWave wave;
    std::chrono::milliseconds think{300}; // how long a lease is held, half as much to half as much again
};

// Users of one managed pool: threads ("lg-user-...") that run test registrations through it, as many at a time as the
// wave says. Failures are ordinary results and go to the journal as the tally tells them.
class Traffic {
  public:
    Traffic(Fleet& fleet, TrafficPlan plan);
    ~Traffic(); // stop() and waits for the threads, at most a registration's time-out

    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    void stop(); // returns at once

  private:
    void work(int user);
    bool pause(std::chrono::milliseconds duration); // false: stop() was called
    bool atWork(int user) const;
    void record(const RegistrationResult& result, Pool& pool);

    Fleet& m_fleet;
    const TrafficPlan m_plan;
    const TimePoint m_start = Clock::now();

    std::mutex m_mutex; // guards the two below; nothing is registered or journalled under it
    std::condition_variable m_wake;
    RegistrationTally m_tally;
    bool m_stop = false;

    std::vector<std::thread> m_users;
};

} // namespace lifeguard
