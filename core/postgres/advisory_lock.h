// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/transaction.h"

#include <string>

namespace lifeguard {

// Named locks in the database: of all processes that use the same database and the same key, one at a time does its
// work. PostgreSQL holds the lock, not a table in this process, and drops it when the transaction ends, however it
// ends: by COMMIT, rollback, time-out, exception, or the death of this process. Other programs meet the same lock by
// `SELECT pg_advisory_xact_lock(hashtextextended('the key', 0))` (PostgreSQL 11 and later). Two keys of the same 64-bit
// hash exclude each other; that is slow, not wrong.

// What the template below stands on.
[[nodiscard]] std::optional<CallError> callUnderLock(Pool& pool, const std::string& key, TimePoint deadline,
                                                     const CallOptions& options, const TransactionWork& work);

// transaction() with the lock held from before the work until after COMMIT, so that the next holder sees what this one
// did. All of it, the waits for a connection and for the lock included, ends by `deadline`: with CallEnd::LockHeld when
// somebody else held the lock. Who waits for the lock has a connection of the pool; work that acquires another
// one may find the pool full of such waiters, and then all wait until their deadlines. Any thread.
//
// The work may be repeated as in transaction(), each time under the lock. When the connection breaks under the work the
// lock is free at once, and nothing that the work did in the database remains; what it does elsewhere it should bind to
// a statement that must succeed afterwards.
//
// Of the options the time-out is not used. The isolation is read committed, and asking for more aborts with a sentence:
// such work would see the data as they were before it waited for the lock.
template <typename Work>
[[nodiscard]] auto withAdvisoryLock(Pool& pool, const std::string& key, TimePoint deadline, Work&& work,
                                    const CallOptions& options = {})
{
    return valueOf<pqxx::dbtransaction>(
        work, [&](const TransactionWork& wrapped) { return callUnderLock(pool, key, deadline, options, wrapped); });
}

} // namespace lifeguard
