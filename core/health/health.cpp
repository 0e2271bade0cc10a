// SPDX-License-Identifier: Apache-2.0
#include "core/health/health.h"

namespace lifeguard {

std::string_view nameOf(CheckKind kind)
{
    constexpr std::array<std::string_view, kCheckKinds> kNames{
        "connect", "validate", "write_rolled_back", "server_headroom", "idle_in_transaction", "replication_lag"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view titleOf(CheckKind kind)
{
    constexpr std::array<std::string_view, kCheckKinds> kTitles{
        "Connect", "Validate", "Write, rolled back", "Server headroom", "Idle in transaction", "Replication lag"};
    return kTitles[static_cast<std::size_t>(kind)];
}

std::string_view nameOf(HealthStatus status)
{
    constexpr std::array<std::string_view, 4> kNames{"ok", "degraded", "failing", "unknown"};
    return kNames[static_cast<std::size_t>(status)];
}

} // namespace lifeguard
