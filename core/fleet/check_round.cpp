// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/check_round.h"

#include "core/health/judgements.h"
#include "core/resilience/error_class.h"

#include <algorithm>

namespace lifeguard {

namespace {

Severity severityOf(HealthStatus status)
{
    switch (status) {
    case HealthStatus::Ok:
        return Severity::Ok;
    case HealthStatus::Failing:
        return Severity::Critical;
    case HealthStatus::Degraded:
    case HealthStatus::Unknown:
        break;
    }
    return Severity::Warning;
}

CheckResult judgeSessions(const ServerActivity& activity, const std::string& database)
{
    std::vector<std::chrono::milliseconds> idleInTransaction;
    int unreadable = 0;
    for (const ObservedPool& pool : groupBackends(activity.backends)) {
        if (pool.database != database)
            continue;
        unreadable += pool.unreadable;
        for (const Backend& backend : pool.backends)
            if (backend.state.starts_with("idle in transaction"))
                idleInTransaction.push_back(backend.stateAge);
    }
    return judgeIdleInTransaction(idleInTransaction, unreadable);
}

} // namespace

std::vector<CheckResult> judgeActivity(const ServerActivity& activity, const std::string& database)
{
    std::vector<StandbyLag> standbys;
    for (const Standby& standby : activity.standbys)
        standbys.push_back({standby.name, standby.lagBytes, standby.lag, standby.known});
    std::vector<CheckResult> results{judgeHeadroom(activity.usedConnections, activity.maxConnections),
                                     judgeSessions(activity, database), judgeReplicationLag(standbys)};
    for (CheckResult& result : results) {
        result.at = activity.at;
        result.took = activity.took;
    }
    return results;
}

std::vector<CheckResult> activityUnknown(const std::string& why)
{
    std::vector<CheckResult> results;
    for (const CheckKind kind : {CheckKind::ServerHeadroom, CheckKind::IdleInTransaction, CheckKind::ReplicationLag}) {
        CheckResult result;
        result.kind = kind;
        result.text = why.empty() ? "the server was not looked at" : why;
        results.push_back(std::move(result));
    }
    return results;
}

bool loginIsHopeless(const std::vector<CheckResult>& results)
{
    return std::any_of(results.begin(), results.end(), [](const CheckResult& result) {
        return result.kind == CheckKind::Connect && result.status == HealthStatus::Failing && !result.sqlState.empty()
               && noRetryMends(classify({ErrorSign::Server, result.sqlState, result.text, {}}, Phase::Connect).remedy);
    });
}

Event eventOf(const VerdictChange& change, const PoolKey& pool)
{
    Event event;
    event.pool = pool;
    event.kind = EventKind::HealthChanged;
    event.severity = severityOf(change.to);
    const bool recovered = change.to == HealthStatus::Ok;
    event.text = "Health check \"" + std::string(titleOf(change.result.kind)) + "\" is "
                 + (recovered ? "ok again" : "now " + std::string(nameOf(change.to))) + ": " + change.result.text;
    event.sqlState = change.result.sqlState;
    return event;
}

} // namespace lifeguard
