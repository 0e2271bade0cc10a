// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/health/health.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lifeguard {

// The checks that are judged from one look at the server, without a connection of their own. Pure: each makes a
// CheckResult without `at` and `took`.

// Headroom. At 90 % a burst of one more application instance can fill the rest; at 97 % it is a matter of seconds.
inline constexpr double kHeadroomDegraded = 0.90;
inline constexpr double kHeadroomFailing = 0.97;
// PostgreSQL keeps its last three for superusers (superuser_reserved_connections' default): once no more than these
// are free, applications get 53300.
inline constexpr int kHeadroomReserved = 3;
CheckResult judgeHeadroom(int used, int maximum);

// Idle in transaction. A request that thinks for 30 s inside a transaction has lost its user; for 5 min it holds back
// vacuum and whoever waits for its locks.
inline constexpr std::chrono::seconds kIdleInTransactionDegraded{30};
inline constexpr std::chrono::minutes kIdleInTransactionFailing{5};
// `ages`: for how long each session has been idle in its transaction. `unreadable`: sessions whose state is hidden.
CheckResult judgeIdleInTransaction(const std::vector<std::chrono::milliseconds>& ages, int unreadable);

struct StandbyLag {
    std::string name;
    std::int64_t bytes = 0;
    std::chrono::milliseconds time{0};
    bool known = true; // false: nothing is known of its lag
};

// Replication lag. One WAL segment (16 MiB) or 10 s behind is seen by readers of the standby; after a minute a
// failover would lose what users did. Where a lag isn't known and none of the others is bad, the answer is Unknown.
inline constexpr std::chrono::seconds kLagDegraded{10};
inline constexpr std::chrono::seconds kLagFailing{60};
inline constexpr std::int64_t kLagBytesDegraded = 16 * 1024 * 1024;
CheckResult judgeReplicationLag(const std::vector<StandbyLag>& standbys);

} // namespace lifeguard
