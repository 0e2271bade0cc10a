// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/alerts/alert_monitor.h"
#include "core/events/journal.h"

#include <mutex>

namespace lifeguard {

// The alert monitor for several threads: the sampler's brings snapshots, a person's changes rules, mutes and
// acknowledges. What happens is written to the journal, outside the lock. Any thread.
class AlertDesk {
  public:
    explicit AlertDesk(Journal& journal) : m_journal(journal) {}

    std::vector<AlertChange> take(const FleetSnapshot& snapshot);

    void setRules(std::vector<AlertRule> rules);
    std::vector<AlertRule> rules() const;
    std::vector<Incident> incidents() const;
    std::vector<AlertMute> mutes() const;

    // `by`: who, for the journal.
    void acknowledge(std::uint64_t incident, const std::string& by);
    void mute(const AlertMute& mute, WallTime now, const std::string& by);
    void restore(const std::vector<AlertMute>& mutes); // of the last session; nothing is written

  private:
    Journal& m_journal;
    mutable std::mutex m_mutex; // guards m_monitor; nothing is called under it
    AlertMonitor m_monitor;
};

} // namespace lifeguard
