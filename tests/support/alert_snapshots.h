// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/alerts/alert_rule.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

// Snapshots for the tests of alerts, at times of their own.
namespace lifeguard::alert_snapshots {

inline constexpr TimePoint kStart = TimePoint{} + std::chrono::hours{1};
inline const WallTime kWallStart = WallTime{} + std::chrono::hours{500'000};

inline PoolView managed(const std::string& name, int active = 1)
{
    PoolView view;
    view.key = name;
    view.name = name;
    view.server = "db:5432";
    view.sampledAt = kStart;
    PoolSnapshot pool;
    pool.state = PoolState::Running;
    pool.maxSize = 10;
    pool.active = active;
    view.managed = pool;
    return view;
}

inline PoolView observed(const std::string& name)
{
    PoolView view;
    view.key = "db:5432|" + name + "|app|shop|local";
    view.name = name;
    view.kind = PoolKind::Observed;
    view.server = "db:5432";
    view.sampledAt = kStart;
    view.observed = ObservedPool{};
    return view;
}

inline ServerView server(const std::string& name, int used)
{
    ServerView view;
    view.name = name;
    view.connected = true;
    view.sampledAt = kStart;
    view.maxConnections = 100;
    view.usedConnections = used;
    return view;
}

inline void addCheck(PoolView& view, CheckKind kind, HealthStatus verdict, const std::string& words)
{
    CheckView check;
    check.kind = kind;
    check.verdict = verdict;
    check.newest.kind = kind;
    check.newest.at = view.sampledAt;
    check.newest.text = words;
    view.checks.push_back(check);
}

inline AlertRule ruleOf(AlertKind kind, double threshold, int fireAfter = 3, int clearAfter = 2)
{
    AlertRule rule;
    rule.kind = kind;
    rule.threshold = threshold;
    rule.fireAfter = fireAfter;
    rule.clearAfter = clearAfter;
    return rule;
}

// `after` kStart; the sources answer at that time, too.
inline FleetSnapshot snapshot(std::chrono::milliseconds after, std::vector<PoolView> pools,
                              std::vector<ServerView> servers = {})
{
    FleetSnapshot made;
    made.at = kStart + after;
    made.wallAt = kWallStart + after;
    made.pools = std::move(pools);
    made.servers = std::move(servers);
    for (PoolView& view : made.pools) {
        view.sampledAt = made.at;
        for (CheckView& check : view.checks)
            check.newest.at = made.at;
    }
    for (ServerView& each : made.servers)
        each.sampledAt = made.at;
    return made;
}

} // namespace lifeguard::alert_snapshots
