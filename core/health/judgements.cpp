// SPDX-License-Identifier: Apache-2.0
#include "core/health/judgements.h"

#include "core/base/duration_text.h"

#include <algorithm>
#include <cstdio>

namespace lifeguard {

namespace {

CheckResult result(CheckKind kind, HealthStatus status, std::string text)
{
    CheckResult made;
    made.kind = kind;
    made.status = status;
    made.text = std::move(text);
    return made;
}

std::string bytesText(std::int64_t bytes)
{
    constexpr std::int64_t kKilo = 1024;
    constexpr std::int64_t kTenThousand = 10'000; // up to here the smaller unit reads well
    std::int64_t shown = std::max<std::int64_t>(0, bytes);
    for (const char* unit : {" B", " kB", " MB"}) {
        if (shown < kTenThousand)
            return std::to_string(shown) + unit;
        shown /= kKilo;
    }
    return std::to_string(shown) + " GB";
}

std::string secondsText(std::chrono::milliseconds time)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1e3);
    return text;
}

HealthStatus statusOf(const StandbyLag& standby)
{
    if (standby.time > kLagFailing)
        return HealthStatus::Failing;
    if (standby.time > kLagDegraded || standby.bytes > kLagBytesDegraded)
        return HealthStatus::Degraded;
    return HealthStatus::Ok;
}

bool lagsLess(const StandbyLag& one, const StandbyLag& other)
{
    if (statusOf(one) != statusOf(other))
        return statusOf(one) < statusOf(other);
    return one.time != other.time ? one.time < other.time : one.bytes < other.bytes;
}

} // namespace

CheckResult judgeHeadroom(int used, int maximum)
{
    if (maximum <= 0)
        return result(CheckKind::ServerHeadroom, HealthStatus::Unknown, "the server's limit is not known");
    const double share = static_cast<double>(used) / maximum;
    HealthStatus status = HealthStatus::Ok;
    if (share >= kHeadroomFailing || maximum - used <= kHeadroomReserved)
        status = HealthStatus::Failing;
    else if (share >= kHeadroomDegraded)
        status = HealthStatus::Degraded;
    return result(CheckKind::ServerHeadroom, status,
                  std::to_string(used) + " of " + std::to_string(maximum) + " in use");
}

CheckResult judgeIdleInTransaction(const std::vector<std::chrono::milliseconds>& ages, int unreadable)
{
    std::chrono::milliseconds oldest{0};
    for (const std::chrono::milliseconds age : ages)
        oldest = std::max(oldest, age);
    const auto late =
        std::count_if(ages.begin(), ages.end(), [](auto age) { return age > kIdleInTransactionDegraded; });
    if (late == 0 && unreadable > 0)
        return result(CheckKind::IdleInTransaction, HealthStatus::Unknown,
                      std::to_string(unreadable) + (unreadable == 1 ? " session is" : " sessions are")
                          + " hidden from this role");
    if (late == 0)
        return result(CheckKind::IdleInTransaction, HealthStatus::Ok,
                      "none over " + durationText(kIdleInTransactionDegraded));
    return result(CheckKind::IdleInTransaction,
                  oldest > kIdleInTransactionFailing ? HealthStatus::Failing : HealthStatus::Degraded,
                  std::to_string(late) + (late == 1 ? " session, " : " sessions, the oldest ") + durationText(oldest));
}

CheckResult judgeReplicationLag(const std::vector<StandbyLag>& standbys)
{
    if (standbys.empty())
        return result(CheckKind::ReplicationLag, HealthStatus::Ok, "no standbys");
    const auto unknown = std::find_if(standbys.begin(), standbys.end(), [](const auto& each) { return !each.known; });
    const StandbyLag& worst = *std::max_element(standbys.begin(), standbys.end(), lagsLess);
    if (unknown != standbys.end() && statusOf(worst) == HealthStatus::Ok)
        return result(CheckKind::ReplicationLag, HealthStatus::Unknown,
                      "the lag of " + unknown->name
                          + " is not known: this role may not read it, or the standby hasn't told it yet");
    std::string text = worst.name + " " + bytesText(worst.bytes) + " · " + secondsText(worst.time);
    if (standbys.size() > 1)
        text = std::to_string(standbys.size()) + " standbys, the worst: " + text;
    return result(CheckKind::ReplicationLag, statusOf(worst), std::move(text));
}

} // namespace lifeguard
