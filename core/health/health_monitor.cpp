// SPDX-License-Identifier: Apache-2.0
#include "core/health/health_monitor.h"

#include <utility>

namespace lifeguard {

std::vector<VerdictChange> HealthMonitor::record(const std::vector<CheckResult>& results, TimePoint now)
{
    std::vector<VerdictChange> changes;
    for (const CheckResult& result : results) {
        Track& track = m_tracks[static_cast<std::size_t>(result.kind)];
        track.newest = result;
        if (track.newest.at == TimePoint{})
            track.newest.at = now;
        track.history.push_back(result.status);
        if (track.history.size() > kCheckHistory)
            track.history.pop_front();
        if (!track.hysteresis.record(result.status))
            continue;
        track.since = now;
        const HealthStatus verdict = track.hysteresis.verdict();
        if (verdict != HealthStatus::Unknown && verdict != track.told)
            changes.push_back({std::exchange(track.told, verdict), verdict, track.newest});
    }
    return changes;
}

std::vector<CheckView> HealthMonitor::views(TimePoint now, std::chrono::milliseconds interval) const
{
    std::vector<CheckView> views;
    views.reserve(kCheckKinds);
    for (std::size_t kind = 0; kind < kCheckKinds; ++kind) {
        const Track& track = m_tracks[kind];
        CheckView view;
        view.kind = static_cast<CheckKind>(kind);
        view.verdict = track.hysteresis.verdict();
        view.newest = track.newest;
        view.newest.kind = view.kind;
        view.stale = !track.history.empty() && now - track.newest.at > kStaleIntervals * interval;
        view.since = track.since;
        view.history.assign(track.history.begin(), track.history.end());
        views.push_back(std::move(view));
    }
    return views;
}

} // namespace lifeguard
