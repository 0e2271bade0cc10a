// SPDX-License-Identifier: GPL-3.0-or-later
// Rows A, H and B: how fast, how evenly.
#pragma once

#include "tests/bench/rows/callers.h"
#include "tests/bench/rows/exchange_word.h"
#include "tests/bench/rows/metrics.h"
#include "tests/bench/rows/order.h"

namespace lifeguard::bench {

// One wait in so many is measured in row A, where reading the clock costs as much as the operation.
constexpr int kMeasuredOneIn = 64;
constexpr std::chrono::milliseconds kFloorTime{300};
constexpr std::chrono::milliseconds kHold{1};

template <Contestant T> Traffic acquireOnly(T& contestant, int callers, std::chrono::duration<double> duration)
{
    return runCallers(callers, duration, [&contestant](const std::atomic<bool>& stop) {
        Tally tally;
        while (!stop.load(std::memory_order_relaxed)) {
            for (int n = 1; n < kMeasuredOneIn; ++n) {
                const auto held = contestant.acquire({});
                requireHeld<T>(held);
            }
            const auto asked = BenchClock::now();
            const auto held = contestant.acquire({});
            tally.waits.record(BenchClock::now() - asked);
            requireHeld<T>(held);
            tally.operations += kMeasuredOneIn;
        }
        return tally;
    });
}

// As Google Benchmark counts real time: the time that all threads took together for one operation.
inline double nanosecondsPerOperation(const Traffic& traffic)
{
    return 1e9 / traffic.perSecond();
}

template <Contestant T> Metrics acquireRow(const Order& order, int callers)
{
    ExchangeWord word;
    const Traffic floor = acquireOnly(word, callers, kFloorTime);
    Traffic traffic;
    if constexpr (T::kPools) {
        T contestant(Setup{order.conninfo, kConnections, callers, true});
        contestant.fill();
        acquireOnly(contestant, callers, kFloorTime); // caches and branch predictors warm up
        traffic = acquireOnly(contestant, callers, order.seconds);
    } else {
        traffic = acquireOnly(word, callers, order.seconds);
    }
    const WaitTimes waits = traffic.waits();
    Metrics metrics;
    metrics.add("ns_per_op", nanosecondsPerOperation(traffic));
    metrics.add("ops_per_s", traffic.perSecond());
    metrics.add("wait_p50_us", waits.percentile(0.5) / 1e3);
    metrics.add("wait_p99_us", waits.percentile(0.99) / 1e3);
    metrics.add("wait_p999_us", waits.percentile(0.999) / 1e3);
    metrics.add("fairness", traffic.fairness());
    metrics.add("floor_ns", nanosecondsPerOperation(floor));
    return metrics;
}

// Acquire, `use`, release, until it is stopped; what ends later isn't counted. Every wait is measured, that of a thread
// which still waits at the end as well: else a thread that is never served would have no wait at all.
template <Contestant T, typename Use> Traffic leases(const Order& order, const Use& use)
{
    const int callers = callersOf<T>();
    T contestant(Setup{order.conninfo, kConnections, callers, false});
    contestant.fill();
    useAll(contestant, kConnections);
    return runCallers(callers, order.seconds, [&](const std::atomic<bool>& stop) {
        Tally tally;
        while (!stop.load(std::memory_order_relaxed)) {
            const auto asked = BenchClock::now();
            auto held = contestant.acquire({});
            const auto got = BenchClock::now();
            requireHeld<T>(held);
            tally.waits.record(got - asked);
            use(contestant, held);
            if (!stop.load(std::memory_order_relaxed))
                ++tally.operations;
        }
        return tally;
    });
}

template <Contestant T> Metrics holdRow(const Order& order)
{
    const Traffic traffic = leases<T>(order, [](T&, typename T::Held&) { std::this_thread::sleep_for(kHold); });
    const WaitTimes waits = traffic.waits();
    Metrics metrics;
    metrics.add("leases_per_s", traffic.perSecond());
    metrics.add("wait_p50_ms", waits.percentile(0.5) / 1e6);
    metrics.add("wait_p99_ms", waits.percentile(0.99) / 1e6);
    metrics.add("wait_max_ms", waits.longest() / 1e6);
    metrics.add("fairness", traffic.fairness());
    return metrics;
}

template <Contestant T> Metrics queryRow(const Order& order)
{
    const Traffic traffic =
        leases<T>(order, [](T& contestant, typename T::Held& held) { contestant.selectPrepared(held); });
    Metrics metrics;
    metrics.add("ops_per_s", traffic.perSecond());
    metrics.add("wait_max_ms", traffic.waits().longest() / 1e6);
    metrics.add("fairness", traffic.fairness());
    return metrics;
}

} // namespace lifeguard::bench
