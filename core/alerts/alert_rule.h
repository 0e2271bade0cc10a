// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/event.h"
#include "core/fleet/fleet_snapshot.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeguard {

// What is watched. The order is that of the screen.
enum class AlertKind {
    Waiting,           // how long the oldest caller (or, seen from the server, session at a lock) has waited: ms
    Saturation,        // active connections out of the limit: %
    AcquireP99,        // the slowest in a hundred acquires: ms
    CircuitOpen,       // the server isn't tried any more
    HealthFailing,     // health checks that fail
    Headroom,          // connections in use out of the server's max_connections: %
    IdleInTransaction, // how long an application's oldest session has been idle in its transaction: ms
    LeakSuspects,      // leases that are held for longer than the pool's leak threshold
};
inline constexpr std::size_t kAlertKinds = 8;

enum class AlertUnit { Milliseconds, Percent, Count };

std::string_view nameOf(AlertKind kind); // "acquire_p99": stable, for files
std::optional<AlertKind> alertKindNamed(std::string_view name);
AlertUnit unitOf(AlertKind kind);
std::string_view nameOf(AlertUnit unit);             // "ms", "%", "": as the file's comments say it
std::string valueText(AlertKind kind, double value); // "1.4 s", "95 %", "2"

// When to speak up, about which pools. A sample is one new answer of its source: four a second for what a managed pool
// counts, one a second for what the server is asked (activity, connections in use), one in five seconds for health
// checks. What isn't new neither fires nor clears.
struct AlertRule {
    AlertKind kind = AlertKind::Waiting;
    std::string pool; // for the pool of this name or key; empty: see tag
    std::string tag;  // for pools with this tag; both empty: for every pool
    bool enabled = true;
    double threshold = 0;                     // a sample is bad from here on; in the kind's unit
    int fireAfter = 1;                        // bad samples in a row
    int clearAfter = 1;                       // good samples in a row
    std::chrono::milliseconds remindAfter{0}; // while it lasts and nobody has acknowledged it; 0: never
    Severity severity = Severity::Warning;    // Warning or Critical

    bool operator==(const AlertRule&) const = default;
};

// One rule of each kind for every pool, in their order. They are slow to speak on purpose: an alert that comes and goes
// by itself teaches people to look away.
const std::vector<AlertRule>& defaultAlertRules();

// Each sentence says what is wrong with the rule, and in which field; empty when nothing is.
std::vector<std::string> validate(const AlertRule& rule);

// The tags that rules may ask for: "managed" or "observed", and "production".
std::vector<std::string> tagsOf(const PoolView& view);

// The rule for this pool, the nearest one wins: by its name, then by a tag, then for every pool; of several the last
// one. Null when there is none.
const AlertRule* ruleFor(const std::vector<AlertRule>& rules, AlertKind kind, const PoolView& view);

} // namespace lifeguard
