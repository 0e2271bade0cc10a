// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/verdict.h"

#include "core/base/duration_text.h"
#include "core/base/shown_statement.h"
#include "core/fleet/fleet_snapshot.h"
#include "core/health/health_monitor.h"
#include "core/pool/diagnosis.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongWait{1'000};           // a page that waits a second for its connection is felt
constexpr milliseconds kIdleInTransaction{30'000}; // as for the health check: its user has gone
constexpr milliseconds kLockWait{5'000};           // above any healthy statement's wait

constexpr std::size_t kStatementInVerdict = 60; // characters: more would push the rest out of the line

// What one question about a pool found; nothing when there is nothing to say.
using Finding = std::optional<Verdict>;

Verdict found(PoolHealth health, std::string reason)
{
    return {health, std::move(reason), {}};
}

std::string counted(int count, const char* one, const char* many)
{
    return std::to_string(count) + (count == 1 ? one : many);
}

Finding closed(const PoolSnapshot& pool)
{
    if (pool.state == PoolState::ShuttingDown || pool.state == PoolState::Closed)
        return found(PoolHealth::Failing, "the pool is " + std::string(nameOf(pool.state)));
    return std::nullopt;
}

Finding suspended(const PoolView& view)
{
    if (view.managed->state != PoolState::Suspended)
        return std::nullopt;
    return found(PoolHealth::Degraded, diagnose(*view.managed, view.load));
}

// Old checks and no numbers are what it is for.
Finding asleep(const PoolView& view)
{
    if (!view.managed->asleep)
        return std::nullopt;
    return found(PoolHealth::Healthy, diagnose(*view.managed, view.load));
}

Finding circuitOpen(const PoolView& view)
{
    if (view.managed->circuit != CircuitState::Open)
        return std::nullopt;
    return found(PoolHealth::Failing, diagnose(*view.managed, view.load));
}

Finding checkIs(const std::vector<CheckView>& checks, HealthStatus status, PoolHealth health)
{
    // Transactions that applications forgot are the verdict of their own pools; the check shows them beside ours.
    const auto bad = std::find_if(checks.begin(), checks.end(), [status](const CheckView& check) {
        return check.verdict == status && check.kind != CheckKind::IdleInTransaction;
    });
    if (bad == checks.end())
        return std::nullopt;
    return found(health, "health check \"" + std::string(titleOf(bad->kind)) + "\": " + bad->newest.text);
}

Finding callersWait(const PoolView& view)
{
    if (view.managed->waiting == 0 || view.managed->oldestWait <= kLongWait)
        return std::nullopt;
    return found(PoolHealth::Degraded, diagnose(*view.managed, view.load));
}

Finding retrying(const PoolView& view)
{
    if (!view.managed->lastError)
        return std::nullopt;
    return found(PoolHealth::Degraded, diagnose(*view.managed, view.load));
}

Finding leaks(const PoolSnapshot& pool)
{
    if (pool.leakSuspects.empty())
        return std::nullopt;
    const LeakSuspect& oldest =
        *std::max_element(pool.leakSuspects.begin(), pool.leakSuspects.end(),
                          [](const LeakSuspect& one, const LeakSuspect& other) { return one.held < other.held; });
    std::string text =
        counted(static_cast<int>(pool.leakSuspects.size()), " lease held for ", " leases held, the longest ")
        + durationText(oldest.held);
    if (!oldest.holder.empty())
        text += " by " + oldest.holder;
    if (!oldest.statement.empty())
        text += "; last statement: " + shownStatement(oldest.statement, kStatementInVerdict);
    return found(PoolHealth::Degraded, std::move(text));
}

Finding staleChecks(const std::vector<CheckView>& checks, TimePoint now)
{
    const auto stale = std::find_if(checks.begin(), checks.end(), [](const CheckView& check) { return check.stale; });
    if (stale == checks.end())
        return std::nullopt;
    return found(PoolHealth::Stale, "health check \"" + std::string(titleOf(stale->kind)) + "\" has not answered for "
                                        + durationText(now - stale->newest.at));
}

Finding nothingKnown(const PoolSnapshot& pool, const std::vector<CheckView>& checks)
{
    const bool answered = std::any_of(checks.begin(), checks.end(),
                                      [](const CheckView& check) { return check.verdict != HealthStatus::Unknown; });
    if (pool.opened > 0 || answered)
        return std::nullopt;
    return found(PoolHealth::Unknown, "nothing is known yet: no connection was needed or made so far");
}

Finding sampleIsOld(const PoolView& view, TimePoint now, milliseconds interval)
{
    if (view.sampledAt == TimePoint{})
        return found(PoolHealth::Unknown, "not sampled yet");
    if (now - view.sampledAt <= kStaleIntervals * interval)
        return std::nullopt;
    return found(PoolHealth::Stale, "the numbers are " + durationText(now - view.sampledAt) + " old");
}

Verdict firstOf(std::initializer_list<Finding> findings)
{
    for (const Finding& finding : findings)
        if (finding)
            return *finding;
    return found(PoolHealth::Healthy, {});
}

Verdict judgeManaged(const PoolView& view, TimePoint now, milliseconds interval)
{
    const PoolSnapshot& pool = *view.managed;
    return firstOf({
        closed(pool),
        suspended(view),
        asleep(view),
        circuitOpen(view),
        checkIs(view.checks, HealthStatus::Failing, PoolHealth::Failing),
        callersWait(view),
        retrying(view),
        checkIs(view.checks, HealthStatus::Degraded, PoolHealth::Degraded),
        leaks(pool),
        sampleIsOld(view, now, interval),
        staleChecks(view.checks, now),
        nothingKnown(pool, view.checks),
    });
}

Finding idleInTransaction(const ObservedPool& pool)
{
    if (pool.oldestIdleInTransaction <= kIdleInTransaction)
        return std::nullopt;
    return found(PoolHealth::Degraded, std::to_string(pool.idleInTransaction) + " idle in transaction, "
                                           + (pool.idleInTransaction == 1 ? "for " : "the oldest ")
                                           + durationText(pool.oldestIdleInTransaction));
}

Finding lockWait(const ObservedPool& pool)
{
    if (pool.longestLockWait <= kLockWait)
        return std::nullopt;
    return found(PoolHealth::Degraded,
                 counted(pool.waitingOnLock, " session waits on a lock, for ", " sessions wait on locks, the longest ")
                     + durationText(pool.longestLockWait));
}

Finding unreadable(const ObservedPool& pool)
{
    if (pool.unreadable == 0)
        return std::nullopt;
    return found(PoolHealth::Unknown,
                 "the console's role may not read this application's sessions: GRANT pg_monitor TO it");
}

Verdict judgeObserved(const PoolView& view, TimePoint now, milliseconds interval)
{
    const ObservedPool& pool = *view.observed;
    // Old numbers say nothing about now, so their age comes first.
    return firstOf({sampleIsOld(view, now, interval), idleInTransaction(pool), lockWait(pool), unreadable(pool)});
}

} // namespace

std::string_view nameOf(PoolHealth health)
{
    constexpr std::array<std::string_view, 5> kNames{"failing", "degraded", "stale", "unknown", "healthy"};
    return kNames[static_cast<std::size_t>(health)];
}

Verdict judge(const PoolView& view, TimePoint now, milliseconds interval)
{
    if (view.managed)
        return judgeManaged(view, now, interval);
    if (view.observed)
        return judgeObserved(view, now, interval);
    return found(PoolHealth::Unknown, "not sampled yet");
}

} // namespace lifeguard
