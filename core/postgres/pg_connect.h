// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/postgres/conninfo.h"

#include <libpq-fe.h>

#include <atomic>
#include <memory>
#include <tl/expected.hpp>

namespace lifeguard {

struct FinishConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
using PgConnection = std::unique_ptr<PGconn, FinishConnection>;

// Connects by `deadline`, or gives up when `giveUp` turns true. The server settings are in force when it returns; when
// a transaction pooler refuses start-up options they are set by SQL. A host's name is looked up by the deadline, too;
// but several names, and one from the environment or a service file, libpq looks up itself: the resolver's own time
// (see resolv.conf) comes on top.
tl::expected<PgConnection, DatabaseError> connect(const ConnectionParameters& parameters,
                                                  const SessionSettings& settings, TimePoint deadline,
                                                  const std::atomic<bool>& giveUp);

} // namespace lifeguard
