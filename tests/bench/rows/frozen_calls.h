// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/rows/contestant.h"
#include "tests/bench/rows/metrics.h"

#include <barrier>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace lifeguard::bench {

// The calls of row E, one for each thread: when each ended after its start, or that it never did.
class FrozenCalls {
  public:
    static constexpr std::chrono::seconds kGiveUp{45};

    explicit FrozenCalls(int callers);

    std::barrier<> allHold;  // the threads
    std::barrier<> halfHold; // the first half of them
    std::barrier<> ready;    // the threads and the main thread
    std::barrier<> go;       // the same

    void noteFresh(int backend);
    void begin(int caller);
    void noteBackend(int caller, int backend);
    void end(int caller, std::string error);

    Metrics finish(); // waits for all, at most kGiveUp

  private:
    struct Call {
        BenchClock::time_point began{};
        std::optional<BenchClock::duration> took;
        int backend = 0; // 0 until it got a connection
        std::string error;
    };
    std::string jsonOf(const Call& call) const;

    std::mutex m_mutex; // guards what follows; nothing is called under it
    std::condition_variable m_over;
    std::vector<int> m_fresh;
    std::vector<Call> m_calls;
    int m_ended = 0;
};

} // namespace lifeguard::bench
