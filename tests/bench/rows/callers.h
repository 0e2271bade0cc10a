// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/rows/contestant.h"
#include "tests/bench/rows/wait_times.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <thread>
#include <vector>

namespace lifeguard::bench {

// What one thread did. Filled in the thread's own stack frame, so that threads share no cache line.
struct Tally {
    std::uint64_t operations = 0;
    WaitTimes waits;
};

struct Traffic {
    std::vector<Tally> callers;
    std::chrono::duration<double> took{0};

    std::uint64_t operations() const
    {
        std::uint64_t sum = 0;
        for (const Tally& caller : callers)
            sum += caller.operations;
        return sum;
    }
    double perSecond() const { return static_cast<double>(operations()) / took.count(); }

    // Most served over least served thread; a thread that was never served counts as served once.
    double fairness() const
    {
        const auto [least, most] = std::minmax_element(
            callers.begin(), callers.end(), [](const Tally& a, const Tally& b) { return a.operations < b.operations; });
        return static_cast<double>(most->operations)
               / static_cast<double>(std::max<std::uint64_t>(least->operations, 1));
    }

    WaitTimes waits() const
    {
        WaitTimes all;
        for (const Tally& caller : callers)
            all.merge(caller.waits);
        return all;
    }
};

// Runs `work(stop)`, which returns a Tally, on `count` threads that start together, and stops them after `duration`.
// What one of them throws ends the row.
template <typename Work> Traffic runCallers(int count, std::chrono::duration<double> duration, const Work& work)
{
    Traffic traffic;
    traffic.callers.resize(static_cast<std::size_t>(count));
    std::vector<std::exception_ptr> failures(traffic.callers.size());
    std::atomic<bool> stop{false};
    std::barrier start(count + 1);
    std::vector<std::thread> threads;
    for (std::size_t at = 0; at < failures.size(); ++at)
        threads.emplace_back([&, at] {
            start.arrive_and_wait();
            try {
                traffic.callers[at] = work(stop);
            } catch (const std::exception&) {
                failures[at] = std::current_exception();
            }
        });
    start.arrive_and_wait();
    const auto started = BenchClock::now();
    std::this_thread::sleep_for(duration);
    stop = true;
    traffic.took = BenchClock::now() - started;
    for (std::thread& thread : threads)
        thread.join();
    for (const std::exception_ptr& failure : failures)
        if (failure)
            std::rethrow_exception(failure);
    return traffic;
}

template <Contestant T> void requireHeld(const typename T::Held& held)
{
    if (!T::holds(held))
        throw std::runtime_error(T::whyNot(held));
}

// Takes all connections at once, uses each and gives them back, so that all were used a moment ago.
template <Contestant T> void useAll(T& contestant, int connections)
{
    std::vector<typename T::Held> all;
    for (int n = 0; n < (T::kPools ? connections : 1); ++n) {
        all.push_back(contestant.acquire({}));
        requireHeld<T>(all.back());
        contestant.select(all.back());
    }
}

} // namespace lifeguard::bench
