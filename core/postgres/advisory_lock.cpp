// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/advisory_lock.h"

#include "core/postgres/pg_error.h"
#include "core/postgres/transaction_attempt.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

// The server gives the wait up so much before the deadline that its answer comes in time; if it didn't, the connection
// would have to be cut. A tenth of what is left, and no more than a slow network needs.
constexpr int kAnswerShare = 10;
constexpr milliseconds kAnswerTime{100};

CallOptions underLock(CallOptions options)
{
    if (options.isolation != Isolation::ServersOwn && options.isolation != Isolation::ReadCommitted) {
        std::fputs("lifeguard: work under an advisory lock must be read committed, else it sees what was before the "
                   "lock\n",
                   stderr);
        std::abort();
    }
    options.isolation = Isolation::ReadCommitted;
    return options;
}

milliseconds lockTimeout(TimePoint deadline)
{
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    return std::max(milliseconds{1}, left - std::min(left / kAnswerShare, kAnswerTime)); // 0 would mean none
}

std::string lockSql(const std::string& key, milliseconds timeout, const std::string& lockBefore,
                    const std::string& statementBefore)
{
    return "SET LOCAL lock_timeout = " + std::to_string(timeout.count()) + "; SET LOCAL statement_timeout = 0;"
           + " SELECT pg_advisory_xact_lock(hashtextextended(" + key + ", 0));" //
           + " SET LOCAL lock_timeout = '" + lockBefore + "'; SET LOCAL statement_timeout = '" + statementBefore + "'";
}

// For the wait the server's time-outs are ours, for the work they are again what they were.
std::optional<DatabaseError> takeLock(PostgresSession& session, const std::string& begin, const std::string& key,
                                      TimePoint deadline)
{
    const auto quoted = session.quoted(key);
    if (!quoted)
        return quoted.error();
    const auto before =
        session.run(begin + session.localSettings()
                        + "; SELECT current_setting('lock_timeout'), current_setting('statement_timeout')",
                    {}, deadline);
    if (!before)
        return before.error();
    const auto locked = session.run(
        lockSql(*quoted, lockTimeout(deadline), textAt(*before, 0, 0), textAt(*before, 0, 1)), {}, deadline);
    if (!locked)
        return locked.error();
    return std::nullopt;
}

} // namespace

std::optional<CallError> callUnderLock(Pool& pool, const std::string& key, TimePoint deadline,
                                       const CallOptions& options, const TransactionWork& work)
{
    const CallOptions used = underLock(options);
    const std::string sql = beginSql(used);
    return attemptUntil(deadline, pool, used, [&](Lease& lease, TimePoint by) {
        bool locked = false;
        const auto begin = [&](PostgresSession& session) {
            auto error = takeLock(session, sql, key, by);
            locked = !error;
            return error;
        };
        auto fault = attemptTransaction(lease, begin, by, work);
        if (fault && !locked && fault->error.sqlState == "55P03")
            fault->end = CallEnd::LockHeld;
        return fault;
    });
}

} // namespace lifeguard
