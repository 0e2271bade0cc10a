// SPDX-License-Identifier: GPL-3.0-or-later
// Rows C, D and E: what callers see of a fault. The runner makes the fault and says so, see tests/bench/README.md.
#pragma once

#include "tests/bench/rows/callers.h"
#include "tests/bench/rows/frozen_calls.h"
#include "tests/bench/rows/libpq.h"
#include "tests/bench/rows/metrics.h"
#include "tests/bench/rows/order.h"
#include "tests/bench/rows/outage_log.h"
#include "tests/bench/rows/runner_talk.h"

#include <memory>
#include <utility>

namespace lifeguard::bench {

constexpr int kOperationsAfterTermination = 100;
constexpr std::chrono::seconds kOutagePatience{5};
constexpr std::chrono::seconds kTrafficBefore{1};
constexpr std::chrono::milliseconds kPauseAfterError{1}; // a caller that fails doesn't try again in the same instant
constexpr std::chrono::seconds kStopGrace{6};            // over the patience; who is still busy then hangs
constexpr std::chrono::milliseconds kIdleBefore{2'000};  // over the time for which pools trust a connection unseen

inline double milliseconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

// One operation. Gives the backend that answered.
template <Contestant T> int operate(T& contestant, Patience patience)
{
    auto held = contestant.acquire(patience);
    requireHeld<T>(held);
    contestant.select(held);
    return contestant.backend(held);
}

template <Contestant T> Metrics terminatedRow(const Order& order)
{
    const auto bare = bareOperation(order.conninfo);
    T contestant(Setup{order.conninfo, kConnections, 1, false});
    contestant.fill();
    useAll(contestant, kConnections);
    say("READY");
    if (!waitForLine("GO"))
        throw std::runtime_error("standard input ended before GO");
    int errors = 0;
    std::optional<double> first;
    const auto started = BenchClock::now();
    for (int n = 0; n < kOperationsAfterTermination; ++n) {
        try {
            operate(contestant, kOutagePatience);
            if (!first)
                first = milliseconds(BenchClock::now() - started);
        } catch (const std::exception& error) {
            ++errors;
            tell(error);
        }
    }
    Metrics metrics;
    metrics.add("errors", errors);
    metrics.add("first_ms", first);
    metrics.add("bare_ms", milliseconds(bare));
    return metrics;
}

// Rows D and E may leave a thread in a call that never returns: what such threads use is never destroyed, and the
// process ends by std::_Exit.
template <Contestant T> void operateUntilStopped(T& contestant, OutageLog& log, const std::atomic<bool>& stop)
{
    while (!stop.load(std::memory_order_relaxed)) {
        log.begin();
        try {
            log.succeed(operate(contestant, kOutagePatience));
        } catch (const std::exception& error) {
            log.fail();
            tell(error);
            std::this_thread::sleep_for(kPauseAfterError);
        }
    }
    log.end();
}

template <Contestant T> Metrics outageRow(const Order& order)
{
    const int callers = callersOf<T>();
    auto& contestant = *std::make_unique<T>(Setup{order.conninfo, kConnections, callers, false}).release();
    auto& logs = *std::make_unique<OutageLogs>(callers).release();
    contestant.fill();
    for (OutageLog& log : logs.callers)
        std::thread([&] { operateUntilStopped(contestant, log, logs.stop); }).detach();
    std::this_thread::sleep_for(kTrafficBefore);
    say("READY");
    for (std::string line = nextLine(); !line.empty() && !line.starts_with("STOP"); line = nextLine())
        if (line.starts_with("DOWN"))
            logs.down();
    return logs.finish(kStopGrace);
}

// Half of the connections have been used a moment ago, the other half not for kIdleBefore.
template <Contestant T> void prepareCalls(T& contestant, FrozenCalls& calls, int caller)
{
    {
        auto held = contestant.acquire({});
        requireHeld<T>(held);
        contestant.select(held);
        calls.allHold.arrive_and_wait(); // all at the same time, so that each has another connection
    }
    calls.allHold.arrive_and_wait();
    std::this_thread::sleep_for(kIdleBefore);
    if (caller < kConnections / 2) {
        auto held = contestant.acquire({});
        requireHeld<T>(held);
        contestant.select(held);
        calls.noteFresh(contestant.backend(held));
        calls.halfHold.arrive_and_wait();
    }
    calls.ready.arrive_and_wait();
}

template <Contestant T> void callFrozen(T& contestant, FrozenCalls& calls, int caller)
{
    prepareCalls(contestant, calls, caller);
    calls.go.arrive_and_wait();
    calls.begin(caller);
    try {
        auto held = contestant.acquire({});
        requireHeld<T>(held);
        calls.noteBackend(caller, contestant.backend(held));
        contestant.select(held);
        calls.end(caller, {});
    } catch (const std::exception& error) {
        calls.end(caller, error.what());
    }
}

template <Contestant T> Metrics frozenRow(const Order& order)
{
    auto& contestant = *std::make_unique<T>(Setup{order.conninfo, kConnections, kConnections, false}).release();
    auto& calls = *std::make_unique<FrozenCalls>(kConnections).release();
    contestant.fill();
    for (int caller = 0; caller < kConnections; ++caller)
        std::thread([&, caller] { callFrozen(contestant, calls, caller); }).detach();
    calls.ready.arrive_and_wait();
    say("READY");
    if (!waitForLine("FROZEN"))
        throw std::runtime_error("standard input ended before FROZEN");
    calls.go.arrive_and_wait();
    return calls.finish();
}

} // namespace lifeguard::bench
