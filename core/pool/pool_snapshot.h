// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/histogram.h"
#include "core/base/strong_id.h"
#include "core/pool/pool_facts.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lifeguard {

// Why a connection was closed.
enum class CloseReason {
    IdleTimeout,
    MaxLifetime,
    SoftReset, // its generation was reset, by a person
    HardReset,
    Recreated, // its generation was reset, because all were stale
    Lost,      // the server or the network ended it
    Invalid,   // it failed its validation
    Unclean,   // it came back broken or could not be cleaned
    Discarded, // the caller asked for it
    Deadline,  // its operation was still running at its deadline
    Shutdown,
    Resized,   // the limit was lowered
    Suspended, // the pool lends nothing for a time
};
inline constexpr std::size_t kCloseReasons = 13;
std::string_view nameOf(CloseReason reason);

// A lease that has been out for longer than the leak threshold.
struct LeakSuspect {
    ConnectionId connection;
    std::string holder;
    std::chrono::milliseconds held{0};
    std::string where;       // "orders.cpp:42", where it was acquired; empty when it isn't known
    int thread = 0;          // that acquired it, as the kernel numbers it
    int backendPid = 0;      // 0 where it has no meaning
    std::string statement{}; // what it runs or ran last (see PoolSetup::statementOf), as shownStatement() has it
};

// How long things took since the pool was opened. Of leases that begin and end within
// the same tick of the machine's clock (some milliseconds) some are in `held`: the first, and one in sixteen.
struct PoolHistograms {
    Histogram held;      // from acquire to release
    Histogram opened;    // connecting, up to the first prompt of the server
    Histogram validated; // round trips before lending
};

// Every number of a pool at one instant, copied under one lock, so its sums add up. An immutable value.
struct PoolSnapshot : PoolFacts {
    std::uint64_t generation = 1;
    TimePoint openedAt{};
    int minSize = 0;

    // Since the pool was opened.
    int peakActive = 0;
    WallTime peakActiveAt{};
    int peakTotal = 0;
    std::chrono::milliseconds longestWait{0};
    std::uint64_t acquired = 0;   // leases given
    std::uint64_t failed = 0;     // acquires that ended with an error
    std::uint64_t timedOut = 0;   // of those, by their deadline
    std::uint64_t retried = 0;    // retry events
    std::uint64_t opened = 0;     // connections opened
    std::uint64_t openFailed = 0; // attempts that failed
    std::uint64_t recreated = 0;  // times that all were stale
    std::uint64_t leftOpen = 0;   // leases that came back in an open transaction
    std::array<std::uint64_t, kCloseReasons> closed{};

    Histogram acquireLatency; // of the leases given
    std::vector<LeakSuspect> leakSuspects;

    std::uint64_t closedInAll() const;
};

} // namespace lifeguard
