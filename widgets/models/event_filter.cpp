// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/event_filter.h"

#include "widgets/models/event_store.h"
#include "widgets/words.h"

namespace lifeguard {

bool EventFilter::matches(const Event& event, const EventStore& store) const
{
    // What costs least comes first: a million events are asked one after the other.
    if (event.severity < atLeast || (from && event.at < *from) || (to && event.at > *to))
        return false;
    if ((group && groupOf(event.kind) != *group) || (!kinds.empty() && kinds.count(event.kind) == 0))
        return false;
    if (!pool.empty() && event.pool != pool)
        return false;
    return text.isEmpty() || lifeguard::text(event.text).contains(text, Qt::CaseInsensitive)
           || lifeguard::text(event.sqlState).contains(text, Qt::CaseInsensitive)
           || store.poolName(lifeguard::text(event.pool)).contains(text, Qt::CaseInsensitive);
}

} // namespace lifeguard
