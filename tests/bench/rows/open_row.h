// SPDX-License-Identifier: GPL-3.0-or-later
// Row F: how fast connections open, and what an idle one costs.
#pragma once

#include "tests/bench/rows/contestant.h"
#include "tests/bench/rows/metrics.h"
#include "tests/bench/rows/order.h"
#include "tests/bench/rows/process_memory.h"

namespace lifeguard::bench {

constexpr int kManyConnections = 50;

template <Contestant T> Metrics openRow(const Order& order)
{
    // What driver and pool load once is no connection's. It stays, so that its memory isn't used anew.
    T warm(Setup{order.conninfo, 2, 1, false});
    warm.fill();
    const ProcessMemory before = processMemory();
    const auto started = BenchClock::now();
    T contestant(Setup{order.conninfo, kManyConnections, 1, false});
    contestant.fill();
    const auto took = BenchClock::now() - started;
    const ProcessMemory after = processMemory();
    Metrics metrics;
    metrics.add("open_ms", std::chrono::duration<double, std::milli>(took).count());
    metrics.add("kib_per_connection", (after.anonymous - before.anonymous) / kManyConnections);
    metrics.add("with_files_kib_per_connection", (after.all - before.all) / kManyConnections);
    return metrics;
}

} // namespace lifeguard::bench
