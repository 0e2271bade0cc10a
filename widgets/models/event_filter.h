// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QString>

#include <optional>
#include <set>
#include <string>

namespace lifeguard {

class EventStore;

// Which events are shown. What is unset lets everything pass. A value.
struct EventFilter {
    std::optional<EventGroup> group;
    std::set<EventKind> kinds;
    Severity atLeast = Severity::Info;
    std::string pool; // its key
    QString text;     // in the event's words, its SQLSTATE or its pool's name; case doesn't matter
    std::optional<WallTime> from;
    std::optional<WallTime> to;

    bool operator==(const EventFilter&) const = default;

    bool matches(const Event& event, const EventStore& store) const;
};

} // namespace lifeguard
