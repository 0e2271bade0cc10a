// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/doctor.h"
#include "core/postgres/postgres_session.h"

namespace lifeguard {

// Asks the server for the settings that a pool has to fit to, as they apply to this session; any role may. Open the
// session without a statement time-out of ours, which would be read as the server's.
tl::expected<ServerFacts, DatabaseError> readServerFacts(PostgresSession& session, TimePoint deadline);

} // namespace lifeguard
