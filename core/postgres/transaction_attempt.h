// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/call_loop.h"
#include "core/postgres/postgres_session.h"
#include "core/postgres/transaction.h"

#include <string>

namespace lifeguard {

// "BEGIN", with what the options ask for.
std::string beginSql(const CallOptions& options);

// Begins the transaction, and whatever has to be done in it before the work.
using BeginStep = std::function<std::optional<DatabaseError>(PostgresSession& session)>;

// One transaction on the lease's session: `begin`, the work and COMMIT by `deadline`, or ROLLBACK. The lease is
// discarded when its connection is of no more use.
std::optional<CallFault> attemptTransaction(Lease& lease, const BeginStep& begin, TimePoint deadline,
                                            const TransactionWork& work);

// The work, each statement by itself. What failed before anything was sent is safe to do again; what failed later only
// when it is `repeatable`, else nobody can say what of it was done once the link broke.
std::optional<CallFault> attemptAutocommit(Lease& lease, TimePoint deadline, bool repeatable,
                                           const AutocommitWork& work);

} // namespace lifeguard
