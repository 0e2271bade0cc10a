// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/rows/contestant.h"
#include "tests/bench/rows/metrics.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace lifeguard::bench {

// What one thread of row D saw. The lock is nearly always free: only at the end another thread reads, and then the
// owner may hang in a call.
class OutageLog {
  public:
    explicit OutageLog(const std::atomic<bool>& down) : m_down(down) {}

    void begin();
    void succeed(int backend);
    void fail();
    void end(); // no further operation

    struct Seen {
        std::uint64_t errors = 0;
        BenchClock::duration longest{0};                           // the operation under way included
        bool busy = true;                                          // end() was not called
        std::vector<int> before;                                   // backends that answered before DOWN
        std::vector<std::pair<int, BenchClock::time_point>> after; // backends, when each first answered after DOWN
    };
    Seen seen() const;

  private:
    void count();

    const std::atomic<bool>& m_down;
    mutable std::mutex m_mutex; // guards what follows; nothing is called under it
    Seen m_seen;
    BenchClock::time_point m_began{};
};

// The logs of all threads.
struct OutageLogs {
    explicit OutageLogs(int count);

    void down() { isDown = true; } // the runner is about to stop the server
    Metrics finish(std::chrono::milliseconds grace);

    std::atomic<bool> stop{false};
    std::atomic<bool> isDown{false};
    std::deque<OutageLog> callers;
};

} // namespace lifeguard::bench
