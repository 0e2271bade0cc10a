// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/command.h"
#include "core/postgres/postgres_connector.h"

namespace lifeguard {

// Tries a connection step by step, each with its own time: options, name, link, TLS, log in, version, and which rights
// the role has. Stops at the first failure; a missing right is told with the GRANT that gives it, and is a warning.
std::vector<ConnectionStep> testConnection(const std::string& connection, const SessionSettings& settings,
                                           TimePoint deadline);

} // namespace lifeguard
