// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_reading.h"

#include "core/base/duration_text.h"
#include "core/pool/diagnosis.h"

#include <algorithm>

namespace lifeguard {

namespace {

using Reading = std::optional<AlertReading>;

// With fewer acquires in its window the slowest of them is no percentile: one login after a quiet night.
constexpr std::uint64_t kEnoughAcquires = 20;
constexpr double kPercent = 100;

double millisOf(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

// Headroom and idle in transaction have rules of their own.
bool countsAsFailing(const CheckView& check)
{
    return check.verdict == HealthStatus::Failing && !check.stale && check.kind != CheckKind::ServerHeadroom
           && check.kind != CheckKind::IdleInTransaction;
}

Reading waiting(const PoolView& view)
{
    if (view.managed)
        return AlertReading{view.managed->waiting > 0 ? millisOf(view.managed->oldestWait) : 0, view.sampledAt};
    if (view.observed)
        return AlertReading{millisOf(view.observed->longestLockWait), view.sampledAt};
    return std::nullopt;
}

Reading saturation(const PoolView& view)
{
    if (!view.managed || view.limit() <= 0)
        return std::nullopt;
    return AlertReading{kPercent * view.active() / view.limit(), view.sampledAt};
}

Reading acquireP99(const PoolView& view)
{
    if (!view.managed)
        return std::nullopt;
    return AlertReading{view.acquire.samples < kEnoughAcquires ? 0 : millisOf(view.acquire.p99), view.sampledAt};
}

// Half-open is neither: one attempt is under way, and says more when it ends.
Reading circuitOpen(const PoolView& view)
{
    if (!view.managed || view.managed->circuit == CircuitState::HalfOpen)
        return std::nullopt;
    return AlertReading{view.managed->circuit == CircuitState::Open ? 1.0 : 0.0, view.sampledAt};
}

// A pool that sleeps isn't asked, and nobody needs it.
Reading healthFailing(const PoolView& view)
{
    if (!view.managed)
        return std::nullopt;
    if (view.managed->asleep)
        return AlertReading{0, view.sampledAt};
    TimePoint newest{};
    for (const CheckView& check : view.checks)
        newest = std::max(newest, check.newest.at);
    if (newest == TimePoint{})
        return std::nullopt;
    return AlertReading{static_cast<double>(std::count_if(view.checks.begin(), view.checks.end(), countsAsFailing)),
                        newest};
}

Reading idleInTransaction(const PoolView& view)
{
    if (!view.observed)
        return std::nullopt;
    return AlertReading{millisOf(view.observed->oldestIdleInTransaction), view.sampledAt};
}

Reading leakSuspects(const PoolView& view)
{
    if (!view.managed)
        return std::nullopt;
    return AlertReading{static_cast<double>(view.managed->leakSuspects.size()), view.sampledAt};
}

std::string counted(std::size_t count, const char* one, const char* many)
{
    return std::to_string(count) + (count == 1 ? one : many);
}

std::string waitingWords(const PoolView& view)
{
    const auto count = static_cast<std::size_t>(view.waiting());
    if (view.managed)
        return counted(count, " caller waits, for ", " callers wait, the oldest ")
               + durationText(view.managed->oldestWait);
    return counted(count, " session waits on a lock, for ", " sessions wait on locks, the longest ")
           + durationText(view.observed->longestLockWait);
}

std::string failingWords(const PoolView& view)
{
    const auto first = std::find_if(view.checks.begin(), view.checks.end(), countsAsFailing);
    if (first == view.checks.end())
        return "a health check fails";
    const auto others = static_cast<std::size_t>(std::count_if(first + 1, view.checks.end(), countsAsFailing));
    std::string words = "health check \"" + std::string(titleOf(first->kind)) + "\" is failing: " + first->newest.text;
    return others == 0 ? words : words + "; and " + counted(others, " other", " others");
}

std::string leakWords(const std::vector<LeakSuspect>& suspects)
{
    const auto oldest =
        std::max_element(suspects.begin(), suspects.end(),
                         [](const LeakSuspect& one, const LeakSuspect& other) { return one.held < other.held; });
    std::string words = counted(suspects.size(), " lease held for ", " leases held, the longest ")
                        + durationText(oldest == suspects.end() ? std::chrono::milliseconds{0} : oldest->held);
    if (oldest != suspects.end() && !oldest->holder.empty())
        words += " by " + oldest->holder;
    return words;
}

std::string wordsFor(AlertKind kind, const PoolView& view)
{
    switch (kind) {
    case AlertKind::Waiting:
        return waitingWords(view);
    case AlertKind::Saturation:
        return std::to_string(view.active()) + " of " + std::to_string(view.limit()) + " connections are active";
    case AlertKind::AcquireP99:
        return "one acquire in a hundred takes " + durationText(view.acquire.p99) + " or longer (p99 of "
               + std::to_string(view.acquire.samples) + ")";
    case AlertKind::CircuitOpen:
        return diagnose(*view.managed, view.load);
    case AlertKind::HealthFailing:
        return failingWords(view);
    case AlertKind::IdleInTransaction:
        return counted(static_cast<std::size_t>(view.observed->idleInTransaction), " session idle in transaction, for ",
                       " sessions idle in transaction, the oldest ")
               + durationText(view.observed->oldestIdleInTransaction);
    case AlertKind::LeakSuspects:
        return leakWords(view.managed->leakSuspects);
    case AlertKind::Headroom:
        break;
    }
    return {};
}

} // namespace

std::optional<AlertReading> readPool(AlertKind kind, const PoolView& view)
{
    switch (kind) {
    case AlertKind::Waiting:
        return waiting(view);
    case AlertKind::Saturation:
        return saturation(view);
    case AlertKind::AcquireP99:
        return acquireP99(view);
    case AlertKind::CircuitOpen:
        return circuitOpen(view);
    case AlertKind::HealthFailing:
        return healthFailing(view);
    case AlertKind::IdleInTransaction:
        return idleInTransaction(view);
    case AlertKind::LeakSuspects:
        return leakSuspects(view);
    case AlertKind::Headroom:
        break;
    }
    return std::nullopt;
}

std::optional<AlertReading> readServer(const ServerView& server)
{
    if (!server.connected || server.maxConnections <= 0)
        return std::nullopt;
    return AlertReading{kPercent * server.usedConnections / server.maxConnections, server.sampledAt};
}

std::string describePool(AlertKind kind, const PoolView& view)
{
    return view.name + ": " + wordsFor(kind, view);
}

std::string describeServer(const ServerView& server)
{
    return server.name + ": " + std::to_string(server.usedConnections) + " of " + std::to_string(server.maxConnections)
           + " connections in use";
}

} // namespace lifeguard
