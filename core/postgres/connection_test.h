// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/command.h"
#include "core/postgres/postgres_connector.h"

namespace lifeguard {

// Tries a connection step by step: options, log in, validate, and which rights the role has. Stops at the first
// failure; a missing right is told with the GRANT that gives it, and is no failure.
std::vector<ConnectionStep> testConnection(const std::string& connection, const SessionSettings& settings,
                                           TimePoint deadline);

} // namespace lifeguard
