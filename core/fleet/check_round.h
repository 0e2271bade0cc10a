// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/event.h"
#include "core/fleet/driver.h"
#include "core/fleet/fleet_snapshot.h"
#include "core/health/health_monitor.h"

#include <string>
#include <vector>

namespace lifeguard {

// Between the server's activity and the health checks. Pure functions.

// The checks that need no connection of their own, for a pool on `database`.
std::vector<CheckResult> judgeActivity(const ServerActivity& activity, const std::string& database);

// The same when the server could not be looked at, and why.
std::vector<CheckResult> activityUnknown(const std::string& why);

// Whether the login failed in a way that no retry can mend: repeated tries would lock the account.
bool loginIsHopeless(const std::vector<CheckResult>& results);

Event eventOf(const VerdictChange& change, const PoolKey& pool);

} // namespace lifeguard
