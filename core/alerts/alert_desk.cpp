// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_desk.h"

#include "core/alerts/alert_event.h"

namespace lifeguard {

std::vector<AlertChange> AlertDesk::take(const FleetSnapshot& snapshot)
{
    std::vector<AlertChange> changes;
    {
        const std::lock_guard lock(m_mutex);
        changes = m_monitor.evaluate(snapshot);
    }
    for (const AlertChange& change : changes)
        if (std::optional<Event> event = eventOf(change)) {
            event->at = snapshot.wallAt;
            m_journal.append(std::move(*event));
        }
    return changes;
}

void AlertDesk::setRules(std::vector<AlertRule> rules)
{
    const std::lock_guard lock(m_mutex);
    m_monitor.setRules(std::move(rules));
}

std::vector<AlertRule> AlertDesk::rules() const
{
    const std::lock_guard lock(m_mutex);
    return m_monitor.rules();
}

std::vector<Incident> AlertDesk::incidents() const
{
    const std::lock_guard lock(m_mutex);
    return m_monitor.incidents();
}

std::vector<AlertMute> AlertDesk::mutes() const
{
    const std::lock_guard lock(m_mutex);
    return m_monitor.mutes();
}

void AlertDesk::acknowledge(std::uint64_t incident, const std::string& by)
{
    const std::lock_guard lock(m_mutex);
    m_monitor.acknowledge(incident, by);
}

void AlertDesk::mute(const AlertMute& mute, WallTime now, const std::string& by)
{
    {
        const std::lock_guard lock(m_mutex);
        m_monitor.mute(mute);
    }
    m_journal.append(eventOf(mute, now, by));
}

void AlertDesk::restore(const std::vector<AlertMute>& mutes)
{
    const std::lock_guard lock(m_mutex);
    for (const AlertMute& mute : mutes)
        m_monitor.mute(mute);
}

} // namespace lifeguard
