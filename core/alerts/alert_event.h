// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/alerts/incident.h"

#include <optional>

namespace lifeguard {

// What the journal keeps of a change: beginnings, ends and acknowledgements. Reminders are no news.
std::optional<Event> eventOf(const AlertChange& change);

// A person has muted, for this long from now on; or, with no time left, ended a mute.
Event eventOf(const AlertMute& mute, WallTime now, const std::string& by);

} // namespace lifeguard
