// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/snapshot_builder.h"

#include <algorithm>

namespace lifeguard {

FleetSnapshot SnapshotBuilder::build(TimePoint now)
{
    FleetSnapshot snapshot;
    snapshot.at = now;
    States states;
    for (const auto& monitor : m_manager.monitors())
        states.emplace(monitor->server(), monitor->state());
    for (const auto& managed : m_manager.pools())
        snapshot.pools.push_back(viewOf(*managed, states, now));
    const auto firstObserved = static_cast<std::ptrdiff_t>(snapshot.pools.size());
    for (const auto& [server, state] : states) {
        snapshot.servers.push_back(state->server);
        for (const SeenPool& seen : state->seen)
            snapshot.pools.push_back(viewOf(seen, *state, now));
    }
    std::sort(snapshot.pools.begin() + firstObserved, snapshot.pools.end(),
              [](const PoolView& one, const PoolView& other) {
                  return one.name != other.name ? one.name < other.name : one.key < other.key;
              });
    forgetOthers(snapshot);
    return snapshot;
}

PoolView SnapshotBuilder::viewOf(const ManagedPool& managed, const States& states, TimePoint now)
{
    PoolView view;
    view.key = managed.key;
    view.kind = PoolKind::Managed;
    view.name = managed.profile.name;
    view.target = managed.target.display;
    view.server = managed.target.server;
    view.environment = managed.profile.environment;
    view.readOnly = m_options.readOnly || managed.profile.readOnly;
    view.managed = managed.pool->snapshot();
    view.sampledAt = view.managed->at;
    if (const auto state = states.find(view.server); state != states.end()) {
        view.serverVersion = state->second->version;
        if (const ServerView& server = state->second->server; server.connected)
            view.load = ServerLoad{server.usedConnections, server.maxConnections};
        const auto health = state->second->health.find(view.key);
        view.checks = (health == state->second->health.end() ? HealthMonitor{} : health->second)
                          .views(now, m_options.healthInterval);
    }
    Track& track = m_tracks[view.key];
    if (track.openedAt != view.managed->openedAt) {
        track = {};
        track.openedAt = view.managed->openedAt;
    }
    view.acquire = track.latency.record(view.managed->acquireLatency, now);
    view.retriesLast5Min = track.retries.record(view.managed->retried, now);
    view.failuresLast5Min = track.failures.record(view.managed->failed, now);
    giveVerdict(view, now);
    return view;
}

PoolView SnapshotBuilder::viewOf(const SeenPool& seen, const MonitorState& state, TimePoint now)
{
    PoolView view;
    view.key = seen.key;
    view.kind = PoolKind::Observed;
    view.name = displayName(seen.pool);
    view.target = state.server.name + "/" + seen.pool.database;
    view.server = state.server.name;
    view.serverVersion = state.version;
    view.sampledAt = state.server.sampledAt;
    view.environment = m_manager.environmentOf(view.server);
    view.readOnly = m_options.readOnly || m_manager.readOnlyOn(view.server) != nullptr;
    view.observed = seen.pool;
    giveVerdict(view, now);
    return view;
}

void SnapshotBuilder::giveVerdict(PoolView& view, TimePoint now)
{
    const bool managed = view.kind == PoolKind::Managed;
    view.verdict = judge(view, now, managed ? m_options.sampleInterval : m_options.activityInterval);
    Verdict& last = m_tracks[view.key].verdict;
    view.verdict.since = last.since != TimePoint{} && last.health == view.verdict.health ? last.since : now;
    last = view.verdict;
}

void SnapshotBuilder::forgetOthers(const FleetSnapshot& snapshot)
{
    if (m_tracks.size() > snapshot.pools.size())
        std::erase_if(m_tracks, [&snapshot](const auto& track) { return snapshot.find(track.first) == nullptr; });
}

} // namespace lifeguard
