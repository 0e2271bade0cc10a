// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <string>
#include <string_view>

namespace lifeguard {

struct PoolView;

// Worst first.
enum class PoolHealth { Failing, Degraded, Stale, Unknown, Healthy };
std::string_view nameOf(PoolHealth health); // "failing"

// Is anything wrong, and what: one state, and the one reason that matters most.
struct Verdict {
    PoolHealth health = PoolHealth::Unknown;
    std::string reason; // "Down since 12:03:11, attempt 7 in 3.2 s: 57P03 ..."; empty when healthy
    TimePoint since{};  // when this health began

    bool operator==(const Verdict&) const = default;
};

// Judges everything but `verdict` itself in the view. `interval`: of sampling its source; older than three of them is
// stale. Pure.
Verdict judge(const PoolView& view, TimePoint now, std::chrono::milliseconds interval);

} // namespace lifeguard
