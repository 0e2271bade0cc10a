// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/seen_pools.h"

#include <algorithm>

namespace lifeguard {

std::string displayName(const ObservedPool& pool)
{
    return pool.application.empty() ? "(unnamed application)" : pool.application;
}

PoolKey observedKey(const std::string& server, const ObservedPool& pool)
{
    PoolKey key = server;
    for (const std::string& part : {pool.application, pool.user, pool.database, pool.clientHost}) {
        key += '|';
        for (const char each : part) { // so that no two sets of names make one key
            if (each == '|' || each == '\\')
                key += '\\';
            key += each;
        }
    }
    return key;
}

std::vector<SeenPool> mergeSeen(const std::vector<SeenPool>& before, const std::string& server,
                                const ServerActivity& activity)
{
    std::vector<SeenPool> seen;
    for (ObservedPool& pool : groupBackends(activity.backends)) {
        PoolKey key = observedKey(server, pool);
        seen.push_back({std::move(key), std::move(pool), activity.at});
    }
    for (const SeenPool& old : before) {
        const bool present =
            std::any_of(seen.begin(), seen.end(), [&old](const SeenPool& each) { return each.key == old.key; });
        if (present || activity.at - old.lastSeen > kSeenPoolLinger)
            continue;
        SeenPool empty{old.key, {}, old.lastSeen};
        empty.pool.application = old.pool.application;
        empty.pool.user = old.pool.user;
        empty.pool.database = old.pool.database;
        empty.pool.clientHost = old.pool.clientHost;
        seen.push_back(std::move(empty));
    }
    std::sort(seen.begin(), seen.end(), [](const SeenPool& one, const SeenPool& other) { return one.key < other.key; });
    return seen;
}

} // namespace lifeguard
