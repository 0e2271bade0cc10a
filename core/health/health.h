// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeguard {

// One repeated question each. The order is that of the screen.
enum class CheckKind { Connect, Validate, WriteRolledBack, ServerHeadroom, IdleInTransaction, ReplicationLag };
inline constexpr std::size_t kCheckKinds = 6;
std::string_view nameOf(CheckKind kind);  // "connect", "write_rolled_back": stable, for exports
std::string_view titleOf(CheckKind kind); // "Connect", "Write, rolled back": for sentences

enum class HealthStatus { Ok, Degraded, Failing, Unknown };
std::string_view nameOf(HealthStatus status);

// One answer, before hysteresis.
struct CheckResult {
    CheckKind kind = CheckKind::Connect;
    HealthStatus status = HealthStatus::Unknown;
    TimePoint at{};
    std::chrono::microseconds took{0};
    std::string text; // "1.8 ms", "91 of 100 in use", "57P03 the database system is starting up"
    std::string sqlState;
};

// What the screen shows of one check: the verdict after hysteresis, the newest answer, and the last ones.
struct CheckView {
    CheckKind kind = CheckKind::Connect;
    HealthStatus verdict = HealthStatus::Unknown;
    bool stale = false; // no answer for three intervals
    CheckResult newest;
    TimePoint since{};                 // when the verdict last changed
    std::vector<HealthStatus> history; // oldest first, at most kCheckHistory
};
inline constexpr std::size_t kCheckHistory = 40;

} // namespace lifeguard
