// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/observed_pool.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lifeguard {

namespace {

void count(ObservedPool& pool, const Backend& backend)
{
    pool.oldestTransaction = std::max(pool.oldestTransaction, backend.transactionAge);
    if (backend.state.empty()) {
        ++pool.unreadable;
    } else if (backend.state == "idle") {
        ++pool.idle;
    } else if (backend.state.starts_with("idle in transaction")) { // or "... (aborted)"
        ++pool.idleInTransaction;
        pool.oldestIdleInTransaction = std::max(pool.oldestIdleInTransaction, backend.stateAge);
    } else { // active, fastpath function call, disabled: it works, or may work
        ++pool.active;
        if (backend.waitingOnLock) {
            ++pool.waitingOnLock;
            pool.longestLockWait = std::max(pool.longestLockWait, backend.stateAge);
        }
    }
}

} // namespace

std::vector<ObservedPool> groupBackends(const std::vector<Backend>& backends)
{
    using Key = std::tuple<std::string, std::string, std::string, std::string>;
    std::map<Key, ObservedPool> groups;
    for (const Backend& backend : backends) {
        ObservedPool& pool = groups[{backend.application, backend.user, backend.database, backend.clientHost}];
        pool.application = backend.application;
        pool.user = backend.user;
        pool.database = backend.database;
        pool.clientHost = backend.clientHost;
        count(pool, backend);
        pool.backends.push_back(backend);
    }
    std::vector<ObservedPool> pools;
    pools.reserve(groups.size());
    for (auto& [key, pool] : groups)
        pools.push_back(std::move(pool));
    return pools;
}

} // namespace lifeguard
