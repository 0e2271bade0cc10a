// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_event.h"

#include "core/base/duration_text.h"

namespace lifeguard {

namespace {

std::string whatIsMuted(const AlertMute& mute)
{
    std::string words = mute.kind ? "Alerts of the kind " + std::string(nameOf(*mute.kind)) : "Alerts";
    if (!mute.subject.empty())
        words += " of " + mute.subject;
    return !mute.kind && mute.subject.empty() ? "All alerts" : words;
}

} // namespace

std::optional<Event> eventOf(const AlertChange& change)
{
    const Incident& incident = change.incident;
    Event event;
    event.pool = incident.pool;
    event.detail = "rule " + std::string(nameOf(incident.kind)) + ", worst " + valueText(incident.kind, incident.worst);
    switch (change.what) {
    case AlertChange::What::Began:
        event.kind = EventKind::AlertBegan;
        event.severity = incident.severity;
        event.text = "Alert: " + incident.text;
        return event;
    case AlertChange::What::Ended:
        event.kind = EventKind::AlertEnded;
        event.severity = Severity::Ok;
        event.duration = incident.lasted();
        event.text = "Alert is over after " + durationText(incident.lasted()) + ", worst "
                     + valueText(incident.kind, incident.worst) + ": " + incident.text;
        return event;
    case AlertChange::What::Acknowledged:
        event.kind = EventKind::AlertAcknowledged;
        event.text = "Alert acknowledged by " + incident.acknowledgedBy + ": " + incident.text;
        return event;
    case AlertChange::What::Reminded:
    case AlertChange::What::Muted:
        break;
    }
    return std::nullopt;
}

Event eventOf(const AlertMute& mute, WallTime now, const std::string& by)
{
    Event event;
    event.kind = EventKind::AlertsMuted;
    event.text = mute.until > now ? whatIsMuted(mute) + " muted for " + durationText(mute.until - now) + " by " + by
                                  : whatIsMuted(mute) + " are told again, by " + by;
    return event;
}

} // namespace lifeguard
