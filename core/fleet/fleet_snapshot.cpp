// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/fleet_snapshot.h"

#include <algorithm>

namespace lifeguard {

int PoolView::active() const
{
    if (managed)
        return managed->active;
    return observed ? observed->active + observed->idleInTransaction : 0;
}

int PoolView::idle() const
{
    if (managed)
        return managed->idle;
    return observed ? observed->idle : 0;
}

int PoolView::waiting() const
{
    if (managed)
        return managed->waiting;
    return observed ? observed->waitingOnLock : 0;
}

int PoolView::total() const
{
    if (managed)
        return managed->total();
    return observed ? observed->total() : 0;
}

int PoolView::limit() const
{
    return managed ? managed->maxSize : 0;
}

const PoolView* FleetSnapshot::find(const PoolKey& key) const
{
    const auto found =
        std::find_if(pools.begin(), pools.end(), [&key](const PoolView& each) { return each.key == key; });
    return found == pools.end() ? nullptr : &*found;
}

} // namespace lifeguard
