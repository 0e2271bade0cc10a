// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/alerts/alert_rule.h"

#include <optional>
#include <string>

namespace lifeguard {

// What one kind of alert sees in a snapshot.
struct AlertReading {
    double value = 0; // in the kind's unit
    TimePoint at{};   // of the source's answer: the same one again is no new sample
};

// Nothing where the kind has no meaning for this pool, or nothing is known. Pure.
std::optional<AlertReading> readPool(AlertKind kind, const PoolView& view);
std::optional<AlertReading> readServer(const ServerView& server); // AlertKind::Headroom

// What is wrong, in one sentence with the numbers: "orders: 6 callers wait, the oldest 1.4 s".
std::string describePool(AlertKind kind, const PoolView& view);
std::string describeServer(const ServerView& server);

} // namespace lifeguard
