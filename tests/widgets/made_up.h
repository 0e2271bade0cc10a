// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"
#include "core/fleet/fleet_snapshot.h"

// Values for the tests of widgets.
namespace lifeguard::made_up {

inline PoolView managed(const std::string& name, PoolHealth health, int active = 3, int idle = 2)
{
    PoolView view;
    view.key = name;
    view.name = name;
    view.target = "db.internal:5432/orders";
    view.server = "db.internal:5432";
    view.serverVersion = "15.18";
    view.verdict.health = health;
    view.sampledAt = TimePoint{} + std::chrono::hours{1};
    PoolSnapshot pool;
    pool.state = PoolState::Running;
    pool.generation = 5;
    pool.minSize = 1;
    pool.maxSize = 10;
    pool.active = active;
    pool.idle = idle;
    pool.openedAt = TimePoint{} + std::chrono::minutes{30};
    view.managed = pool;
    return view;
}

inline PoolView observed(const std::string& name, PoolHealth health)
{
    PoolView view;
    view.key = name + "|app|shop|local";
    view.kind = PoolKind::Observed;
    view.name = name;
    view.verdict.health = health;
    ObservedPool pool;
    pool.application = name;
    pool.user = "app";
    pool.database = "shop";
    pool.clientHost = "local";
    pool.active = 1;
    pool.idle = 4;
    view.observed = pool;
    return view;
}

inline FleetSnapshot snapshot(std::vector<PoolView> pools)
{
    FleetSnapshot made;
    made.at = TimePoint{} + std::chrono::hours{1};
    made.wallAt = WallTime{} + std::chrono::hours{500'000};
    made.pools = std::move(pools);
    return made;
}

inline Event anEvent(EventKind kind, const std::string& pool, const std::string& words,
                     Severity severity = Severity::Info)
{
    Event made;
    made.at = WallTime{} + std::chrono::hours{500'000};
    made.kind = kind;
    made.pool = pool;
    made.text = words;
    made.severity = severity;
    return made;
}

} // namespace lifeguard::made_up
