// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/call_loop.h"
#include "core/postgres/transaction.h"

#include <string>

namespace lifeguard {

// "BEGIN", with what the options ask for.
std::string beginSql(const CallOptions& options);

// One transaction on the lease's session: runs `begin` by `beginBy`, then the work and COMMIT by `deadline`, or
// ROLLBACK. The lease is discarded when its connection is of no more use.
std::optional<CallFault> attemptTransaction(Lease& lease, const std::string& begin, TimePoint beginBy,
                                            TimePoint deadline, const TransactionWork& work);

// The work, each statement by itself. What failed before anything was sent is safe to do again; what failed later only
// when it is `repeatable`, else nobody can say what of it was done once the link broke.
std::optional<CallFault> attemptAutocommit(Lease& lease, TimePoint deadline, bool repeatable,
                                           const AutocommitWork& work);

} // namespace lifeguard
