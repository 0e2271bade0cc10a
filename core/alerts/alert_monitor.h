// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/alerts/alert_reading.h"
#include "core/alerts/incident.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lifeguard {

// Judges snapshots by the rules and keeps the incidents. Deterministic: it has no other time than the snapshots' own. A
// plain value: whoever owns it locks it.
class AlertMonitor {
  public:
    explicit AlertMonitor(std::vector<AlertRule> rules = defaultAlertRules()) : m_rules(std::move(rules)) {}

    // Incidents go on; those that are no longer bad by the new rules clear in their time.
    void setRules(std::vector<AlertRule> rules) { m_rules = std::move(rules); }
    const std::vector<AlertRule>& rules() const { return m_rules; }

    void mute(const AlertMute& mute); // takes the place of one for the same; one that has passed ends it
    const std::vector<AlertMute>& mutes() const { return m_mutes; }

    // What is acknowledged is not reminded of. Returns whether there is such an incident. Told with the next snapshot.
    bool acknowledge(std::uint64_t incident, const std::string& by);

    // Snapshots come in their order. Returns what changed, in the order of pools and kinds.
    std::vector<AlertChange> evaluate(const FleetSnapshot& snapshot);

    std::vector<Incident> incidents() const; // critical first, then the oldest

  private:
    struct Track {
        TimePoint sample{}; // of the newest answer that was counted
        int bad = 0;        // in a row
        int good = 0;
        TimePoint badSince{};
        WallTime badSinceWall{};
        std::optional<Incident> incident;
        TimePoint toldAt{};
        bool told = false;         // since it began or was unmuted
        bool acknowledged = false; // and told so
        bool seen = false;         // in this snapshot
    };
    using Key = std::pair<AlertKind, std::string>;
    struct Subject { // of one rule, in one snapshot
        Key key;
        const PoolView& pool;
        const ServerView* server; // headroom only
    };

    void judgePool(const PoolView& view, const FleetSnapshot& snapshot);
    void judgeServer(const ServerView& server, const FleetSnapshot& snapshot);
    void judge(const Subject& subject, const std::optional<AlertReading>& reading, const FleetSnapshot& snapshot);
    void countSample(Track& track, const AlertRule& rule, const Subject& subject, double value,
                     const FleetSnapshot& snapshot);
    Incident newIncident(const Track& track, const Subject& subject);
    void tell(Track& track, const AlertRule& rule, const FleetSnapshot& snapshot);
    void end(Track& track, TimePoint at);
    void endUnseen(TimePoint at);
    bool muted(const Incident& incident) const;
    void change(AlertChange::What what, const Incident& incident) { m_changes.push_back({what, incident}); }

    std::vector<AlertRule> m_rules;
    std::vector<AlertMute> m_mutes;
    std::map<Key, Track> m_tracks;
    std::vector<AlertChange> m_changes; // of the evaluation under way
    std::uint64_t m_lastId = 0;
};

} // namespace lifeguard
