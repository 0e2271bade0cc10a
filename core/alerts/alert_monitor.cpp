// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_monitor.h"

#include <algorithm>
#include <utility>

namespace lifeguard {

namespace {

// While the circuit is open the pool's other troubles follow from it: one incident says it, not four.
bool followsFromOpenCircuit(AlertKind kind)
{
    return kind == AlertKind::Waiting || kind == AlertKind::Saturation || kind == AlertKind::AcquireP99
           || kind == AlertKind::HealthFailing;
}

// The pool that stands for its server: the first one, of which the managed ones come before the observed.
const PoolView* poolOn(const ServerView& server, const FleetSnapshot& snapshot)
{
    const auto found = std::find_if(snapshot.pools.begin(), snapshot.pools.end(),
                                    [&server](const PoolView& view) { return view.server == server.name; });
    return found == snapshot.pools.end() ? nullptr : &*found;
}

} // namespace

void AlertMonitor::mute(const AlertMute& mute)
{
    std::erase_if(m_mutes,
                  [&mute](const AlertMute& each) { return each.kind == mute.kind && each.subject == mute.subject; });
    m_mutes.push_back(mute);
}

bool AlertMonitor::acknowledge(std::uint64_t incident, const std::string& by)
{
    for (auto& [key, track] : m_tracks)
        if (track.incident && track.incident->id == incident) {
            track.incident->acknowledged = true;
            track.incident->acknowledgedBy = by;
            return true;
        }
    return false;
}

std::vector<AlertChange> AlertMonitor::evaluate(const FleetSnapshot& snapshot)
{
    std::erase_if(m_mutes, [&snapshot](const AlertMute& each) { return each.until <= snapshot.wallAt; });
    for (const PoolView& view : snapshot.pools)
        judgePool(view, snapshot);
    for (const ServerView& server : snapshot.servers)
        judgeServer(server, snapshot);
    endUnseen(snapshot.at);
    return std::exchange(m_changes, {});
}

void AlertMonitor::judgePool(const PoolView& view, const FleetSnapshot& snapshot)
{
    const AlertRule* circuit = ruleFor(m_rules, AlertKind::CircuitOpen, view);
    const bool down =
        view.managed && view.managed->circuit != CircuitState::Closed && circuit != nullptr && circuit->enabled;
    for (std::size_t i = 0; i < kAlertKinds; ++i) {
        const auto kind = static_cast<AlertKind>(i);
        if (kind == AlertKind::Headroom)
            continue;
        judge({{kind, view.key}, view, nullptr},
              down && followsFromOpenCircuit(kind) ? std::nullopt : readPool(kind, view), snapshot);
    }
}

void AlertMonitor::judgeServer(const ServerView& server, const FleetSnapshot& snapshot)
{
    if (const PoolView* pool = poolOn(server, snapshot))
        judge({{AlertKind::Headroom, server.name}, *pool, &server}, readServer(server), snapshot);
}

void AlertMonitor::judge(const Subject& subject, const std::optional<AlertReading>& reading,
                         const FleetSnapshot& snapshot)
{
    const AlertRule* rule = ruleFor(m_rules, subject.key.first, subject.pool);
    if (rule == nullptr || !rule->enabled) // switched off: what it said is over
        return;
    const auto known = m_tracks.find(subject.key);
    if (known == m_tracks.end() && !reading)
        return;
    Track& track = known == m_tracks.end() ? m_tracks[subject.key] : known->second;
    track.seen = true;
    if (reading && reading->at > track.sample) {
        track.sample = reading->at;
        countSample(track, *rule, subject, reading->value, snapshot);
    }
    if (track.incident) {
        track.incident->newest = snapshot.at;
        tell(track, *rule, snapshot);
    }
}

void AlertMonitor::countSample(Track& track, const AlertRule& rule, const Subject& subject, double value,
                               const FleetSnapshot& snapshot)
{
    if (value < rule.threshold) {
        track.bad = 0;
        if (track.incident && ++track.good >= rule.clearAfter)
            end(track, snapshot.at);
        return;
    }
    track.good = 0;
    if (track.bad++ == 0) {
        track.badSince = snapshot.at;
        track.badSinceWall = snapshot.wallAt;
    }
    const bool begins = !track.incident && track.bad >= rule.fireAfter;
    if (begins)
        track.incident = newIncident(track, subject);
    if (!track.incident)
        return;
    Incident& incident = *track.incident;
    incident.pool = subject.pool.key;
    incident.severity = rule.severity;
    incident.worst = std::max(incident.worst, value);
    incident.text = subject.server != nullptr ? describeServer(*subject.server) : describePool(rule.kind, subject.pool);
    if (!begins)
        return;
    incident.newest = snapshot.at;
    incident.muted = muted(incident);
    track.told = !incident.muted;
    track.toldAt = snapshot.at;
    track.acknowledged = false;
    change(AlertChange::What::Began, incident);
}

Incident AlertMonitor::newIncident(const Track& track, const Subject& subject)
{
    Incident incident;
    incident.id = ++m_lastId;
    incident.kind = subject.key.first;
    incident.subject = subject.key.second;
    incident.name = subject.server != nullptr ? subject.server->name : subject.pool.name;
    incident.since = track.badSince;
    incident.sinceWall = track.badSinceWall;
    return incident;
}

void AlertMonitor::tell(Track& track, const AlertRule& rule, const FleetSnapshot& snapshot)
{
    Incident& incident = *track.incident;
    if (const bool now = muted(incident); now != incident.muted) {
        incident.muted = now;
        track.told = track.told && !now;
        if (now)
            change(AlertChange::What::Muted, incident);
    }
    if (incident.acknowledged != track.acknowledged) {
        track.acknowledged = incident.acknowledged;
        change(AlertChange::What::Acknowledged, incident);
    }
    if (incident.muted || incident.acknowledged)
        return;
    const bool due = rule.remindAfter.count() > 0 && snapshot.at - track.toldAt >= rule.remindAfter;
    if (track.told && !due)
        return;
    change(AlertChange::What::Reminded, incident);
    track.told = true;
    track.toldAt = snapshot.at;
}

void AlertMonitor::end(Track& track, TimePoint at)
{
    track.incident->newest = at;
    change(AlertChange::What::Ended, *track.incident);
    track.incident.reset();
    track.good = 0;
}

// The pool is gone, or its rule: so is what it said.
void AlertMonitor::endUnseen(TimePoint at)
{
    for (auto each = m_tracks.begin(); each != m_tracks.end();) {
        Track& track = each->second;
        if (std::exchange(track.seen, false)) {
            ++each;
            continue;
        }
        if (track.incident)
            end(track, at);
        each = m_tracks.erase(each);
    }
}

bool AlertMonitor::muted(const Incident& incident) const
{
    return std::any_of(m_mutes.begin(), m_mutes.end(),
                       [&incident](const AlertMute& mute) { return mute.covers(incident.kind, incident.subject); });
}

std::vector<Incident> AlertMonitor::incidents() const
{
    std::vector<Incident> found;
    for (const auto& [key, track] : m_tracks)
        if (track.incident)
            found.push_back(*track.incident);
    std::sort(found.begin(), found.end(), [](const Incident& one, const Incident& other) {
        if (one.severity != other.severity)
            return one.severity > other.severity;
        return one.since != other.since ? one.since < other.since : one.id < other.id;
    });
    return found;
}

} // namespace lifeguard
