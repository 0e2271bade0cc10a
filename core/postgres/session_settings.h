// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool_options.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace lifeguard {

// What every connection of ours gets besides what the profile says. The profile's own values win, save for the name.
// What the fields mean is said in pool_options.h.
struct SessionSettings {
    std::string applicationName{}; // wins over the profile's; empty: the profile's own, if any
    std::string password{};        // empty: libpq looks for one itself

    // 0 leaves the server's own.
    std::chrono::milliseconds statementTimeout{0};
    std::chrono::milliseconds lockTimeout{0};
    std::chrono::milliseconds idleInTransactionTimeout{0};

    std::vector<std::string> setUp{};
    ResetOnRelease resetOnRelease = ResetOnRelease::Rollback;
    bool needsWritable = false;
};

// Those of a pool with these options.
SessionSettings settingsFor(const PoolOptions& options, std::string applicationName, std::string password = {});

// Settings of the server by their names, as SQL's `SET` would make them: "statement_timeout" to "30000".
using ServerSettings = std::map<std::string, std::string>;
ServerSettings serverSettings(const SessionSettings& settings);

} // namespace lifeguard
