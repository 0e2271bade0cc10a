// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool_options.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeguard {

// The server's own settings as they apply to the pool's role; unset where the server doesn't know the setting.
struct ServerFacts {
    int maxConnections = 0;      // 0: not known
    int reservedConnections = 0; // of those, kept for superusers and other reserved roles
    // 0: no limit.
    std::optional<std::chrono::milliseconds> idleSessionTimeout; // PostgreSQL 14 and later
    std::optional<std::chrono::milliseconds> idleInTransactionTimeout;
    std::optional<std::chrono::milliseconds> statementTimeout;

    bool operator==(const ServerFacts&) const = default;
};

// What stands between the pool and its server, or the server's way of life.
struct Proxy {
    std::string_view name;
    std::chrono::milliseconds idleTimeout; // it ends connections, or suspends, when nobody has asked for so long
    bool sleeps = false;                   // a query wakes it, and being awake is billed
};

// For a serverless database of which no more is known.
inline constexpr Proxy kServerless{"a serverless database", std::chrono::minutes{5}, true};

// The proxies that a host's name gives away.
std::optional<Proxy> proxyAt(std::string_view host);

// What a pool's options have to fit to. Unset: not known, and nothing is said about it.
struct Surroundings {
    std::optional<ServerFacts> server;
    std::optional<Proxy> proxy;
    int otherPools = 0;      // of this program, on the same server
    int maxSizeOfOthers = 0; // their maximum sizes, added up
};

// Options that are valid by themselves and will hurt all the same.
struct ConfigurationWarning {
    std::string_view code;  // stable: "acquire_below_connect"
    std::string_view field; // of PoolOptions
    std::string text;       // one sentence with the numbers
    std::string advice;     // what to do
};

// Every warning. Pure; any thread.
std::vector<ConfigurationWarning> examine(const PoolOptions& options, const Surroundings& surroundings = {});

} // namespace lifeguard
