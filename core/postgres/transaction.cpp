// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/transaction.h"

#include "core/postgres/pg_error.h"
#include "core/postgres/postgres_session.h"
#include "core/postgres/transaction_attempt.h"
#include "core/resilience/repeat.h"

#include <cstring>

namespace lifeguard {

namespace {

// What the work sees of its transaction. BEGIN, COMMIT and ROLLBACK go past libpqxx, which has no deadline and can't
// say whether a COMMIT had left when the link broke; here they are but noted.
class HeldTransaction final : public pqxx::dbtransaction {
  public:
#if PQXX_VERSION_MAJOR >= 7
    explicit HeldTransaction(PqxxConnection& connection) : dbtransaction(connection)
    {
        register_transaction();
    }
    ~HeldTransaction() noexcept override
    {
        close();
    }
#else
    explicit HeldTransaction(PqxxConnection& connection) : namedclass("transaction"), dbtransaction(connection)
    {
        Begin();
    }
    ~HeldTransaction() noexcept override
    {
        End();
    }
#endif
    HeldTransaction(const HeldTransaction&) = delete;
    HeldTransaction& operator=(const HeldTransaction&) = delete;

    // libpqxx's own checks before a commit (streams still open, errors that a stream kept). True when the work wants
    // its transaction committed.
    bool finish()
    {
        if (!m_aborted && !m_committed)
            commit();
        return !m_aborted;
    }

  private:
#if PQXX_VERSION_MAJOR < 7
    void do_begin() override {}
    pqxx::result do_exec(const char* query) override
    {
        return direct_exec(query);
    }
#endif
    void do_commit() override
    {
        m_committed = true;
    }
    void do_abort() override
    {
        m_aborted = true;
    }

    bool m_committed = false;
    bool m_aborted = false;
};

// The pool has cut the connection under the work: at its deadline, or because a person or the shutdown ended it.
CallFault cutFault(TimePoint deadline)
{
    if (Clock::now() >= deadline)
        return {timeoutError("the deadline passed while the work was under way, and its connection was cut")};
    return {{ErrorSign::Cancelled, {}, "its connection was cut by a hard reset or by the pool's shutdown", {}}};
}

// The fault of a failure before COMMIT was sent. The server's last words say more than the error that they caused.
CallFault faultOf(DatabaseError error, const Lease& lease, TimePoint deadline)
{
    if (lease.wasCut())
        return cutFault(deadline);
    CallFault fault{postgresSession(lease).lost().value_or(std::move(error))};
    fault.safe = safeToRepeat(fault.error, false);
    return fault;
}

std::optional<DatabaseError> errorIn(tl::expected<PgResult, DatabaseError>&& result)
{
    if (result)
        return std::nullopt;
    return std::move(result.error());
}

void rollBack(Lease& lease, TimePoint deadline)
{
    PostgresSession& session = postgresSession(lease);
    // One that is lost isn't discarded: the pool sees why when it comes back.
    if (lease.wasCut() || (!session.lost() && !session.run("ROLLBACK", {}, deadline) && !session.lost()))
        lease.discard();
}

// What the server can answer to COMMIT without saying what became of the transaction: 40003 and the whole class 08,
// 08007 before all.
bool leavesInDoubt(const DatabaseError& answer)
{
    return answer.sqlState.empty() || answer.sqlState == "40003" || answer.sqlState.compare(0, 2, "08") == 0;
}

std::optional<CallFault> commit(Lease& lease, TimePoint deadline)
{
    PostgresSession& session = postgresSession(lease);
    if (session.inFailedTransaction()) {
        rollBack(lease, deadline);
        return CallFault{{ErrorSign::Server,
                          "25P02",
                          "the work went on after an error of the server; all of it was rolled back",
                          {}}};
    }
    if (const auto lost = session.lookForEnd()) // it broke while the work didn't ask anything: still safe
        return faultOf(*lost, lease, deadline);
    if (Clock::now() >= deadline) {
        lease.discard();
        return cutFault(deadline);
    }
    const auto done = session.run("COMMIT", {}, deadline);
    if (done && std::strcmp(PQcmdStatus(done->get()), "COMMIT") == 0)
        return std::nullopt;
    if (done)
        return CallFault{{ErrorSign::Server, "40000", "the server rolled back instead of committing", {}}};
    if (!session.lost() && !leavesInDoubt(done.error())) // its answer: rolled back
        return CallFault{done.error(), safeToRepeat(done.error(), true)};
    lease.discard();
    return CallFault{{ErrorSign::LinkLost, "08007", "the connection was lost during COMMIT", describe(done.error())},
                     false,
                     CallEnd::OutcomeUnknown};
}

} // namespace

std::string beginSql(const CallOptions& options)
{
    std::string sql = "BEGIN";
    switch (options.isolation) {
    case Isolation::ServersOwn:
        break;
    case Isolation::ReadCommitted:
        sql += " ISOLATION LEVEL READ COMMITTED";
        break;
    case Isolation::RepeatableRead:
        sql += " ISOLATION LEVEL REPEATABLE READ";
        break;
    case Isolation::Serializable:
        sql += " ISOLATION LEVEL SERIALIZABLE";
        break;
    }
    return options.readOnly ? sql + " READ ONLY" : sql;
}

std::optional<CallFault> attemptTransaction(Lease& lease, const BeginStep& begin, TimePoint deadline,
                                            const TransactionWork& work)
{
    PostgresSession& session = postgresSession(lease);
    if (auto error = begin(session)) {
        CallFault fault = faultOf(std::move(*error), lease, deadline);
        rollBack(lease, deadline);
        return fault;
    }
    try {
        bool wanted = false;
        {
            HeldTransaction held(session.pqxx());
            work(held);
            wanted = held.finish();
        }
        if (wanted)
            return commit(lease, deadline);
        rollBack(lease, deadline);
        return std::nullopt;
    } catch (const pqxx::failure& failure) {
        CallFault fault = faultOf(errorOf(failure), lease, deadline);
        rollBack(lease, deadline);
        return fault;
    } catch (...) {
        rollBack(lease, deadline);
        throw;
    }
}

std::optional<CallFault> attemptAutocommit(Lease& lease, TimePoint deadline, bool repeatable,
                                           const AutocommitWork& work)
{
    PostgresSession& session = postgresSession(lease);
    if (const auto lost = session.lookForEnd()) // nothing was sent: safe in any case
        return faultOf(*lost, lease, deadline);
    try {
        pqxx::nontransaction handle(session.pqxx());
        work(handle);
        handle.commit();
        return std::nullopt;
    } catch (const pqxx::failure& failure) {
        CallFault fault = faultOf(errorOf(failure), lease, deadline);
        if (!repeatable && !lease.wasCut() && session.lost())
            fault.end = CallEnd::OutcomeUnknown;
        fault.safe = fault.safe && repeatable;
        return fault;
    }
}

std::optional<CallError> callInTransaction(Pool& pool, const CallOptions& options, const TransactionWork& work)
{
    const std::string sql = beginSql(options);
    return attemptUntil(Clock::now() + options.timeout, pool, options, [&](Lease& lease, TimePoint deadline) {
        const auto begin = [&sql, deadline](PostgresSession& session) {
            return errorIn(session.run(sql + session.localSettings(), {}, deadline));
        };
        return attemptTransaction(lease, begin, deadline, work);
    });
}

std::optional<CallError> callInAutocommit(Pool& pool, const CallOptions& options, const AutocommitWork& work)
{
    return attemptUntil(Clock::now() + options.timeout, pool, options, [&](Lease& lease, TimePoint deadline) {
        return attemptAutocommit(lease, deadline, options.repeatable, work);
    });
}

} // namespace lifeguard
