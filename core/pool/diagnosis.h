// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool_facts.h"

#include <optional>
#include <string>

namespace lifeguard {

// How many of a server's connections are in use, by whomever; where somebody has looked.
struct ServerLoad {
    int used = 0;
    int limit = 0; // max_connections

    bool operator==(const ServerLoad&) const = default;
};

// How the pool fares, in one line. Its first words tell a full pool from a database that is away:
//   Working: 3 of 10 leased, nobody waits
//   Full: 10 of 10 leased, the oldest for 41 s by report_job; 3 wait, the longest for 1.8 s
//   The server refuses: 53300, 100 of 100 in use; attempt 3 in 1.0 s
//   Down since 12:03:11, attempt 7 in 3.2 s: 57P03 the database system is starting up
//   Reconnecting since 12:03:11: 57P01 terminating connection due to administrator command
//   Stopped: wrong password (28P01 password authentication failed for user "app")
// Times of day are local. Pure; any thread.
std::string diagnose(const PoolFacts& facts, const std::optional<ServerLoad>& server = std::nullopt);

} // namespace lifeguard
