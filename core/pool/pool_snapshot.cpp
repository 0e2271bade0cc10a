// SPDX-License-Identifier: Apache-2.0
#include "core/pool/pool_snapshot.h"

#include <numeric>

namespace lifeguard {

std::string_view nameOf(CloseReason reason)
{
    constexpr std::array<std::string_view, kCloseReasons> kNames{
        "idle time-out", "end of its lifetime", "soft reset",    "hard reset",          "all were stale",
        "lost",          "failed validation",   "not clean",     "discarded by caller", "ended at its deadline",
        "shutdown",      "pool resized",        "pool suspended"};
    return kNames[static_cast<std::size_t>(reason)];
}

std::uint64_t PoolSnapshot::closedInAll() const
{
    return std::accumulate(closed.begin(), closed.end(), std::uint64_t{0});
}

} // namespace lifeguard
