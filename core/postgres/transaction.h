// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"
#include "core/postgres/call.h"

#include <pqxx/pqxx>

#include <functional>
#include <optional>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace lifeguard {

// How an application uses a pool: the whole of acquire, execute, commit or roll back, release, repeated while that is
// safe. Any thread may call; the work runs on the caller's. Pool's connector must be PostgresConnector.
//
// The connection is back in the pool on every path. A failure of the database is an error value. Exceptions of the work
// that are not libpqxx's failures (pqxx::failure and what derives from it) pass through, after the rollback. The whole
// ends by its time-out even when the server is frozen: then the pool cuts the connection under the work, which gets
// pqxx::broken_connection; the server notices within a second and ends the statement. What a hard reset or the pool's
// shutdown has cut fails with ErrorSign::Cancelled and isn't repeated: somebody wanted it to end.
//
// The work may be called more than once, each time in a fresh transaction: what it changes besides the database it must
// set anew, and it must not keep the handle.

// What the templates below stand on; `work` is run once per attempt. Nothing when all went well.
using TransactionWork = std::function<void(pqxx::dbtransaction&)>;
using AutocommitWork = std::function<void(pqxx::transaction_base&)>;
[[nodiscard]] std::optional<CallError> callInTransaction(Pool& pool, const CallOptions& options,
                                                         const TransactionWork& work);
[[nodiscard]] std::optional<CallError> callInAutocommit(Pool& pool, const CallOptions& options,
                                                        const AutocommitWork& work);

// The value of the work's last attempt, or the call's error.
template <typename Handle, typename Work, typename Call>
auto valueOf(Work& work, const Call& call) -> tl::expected<std::invoke_result_t<Work&, Handle&>, CallError>
{
    using Value = std::invoke_result_t<Work&, Handle&>;
    static_assert(!std::is_reference_v<Value>, "the work must return a value: the transaction is over when it returns");
    if constexpr (std::is_void_v<Value>) {
        if (auto error = call([&work](Handle& handle) { work(handle); }))
            return tl::unexpected(std::move(*error));
        return {};
    } else {
        std::optional<Value> value;
        if (auto error = call([&work, &value](Handle& handle) { value.emplace(work(handle)); }))
            return tl::unexpected(std::move(*error));
        return std::move(*value);
    }
}

// Runs `work(pqxx::dbtransaction&)` in a transaction and commits. Repeated: serialization failures (40001), deadlocks
// (40P01), and a connection that was lost before COMMIT was sent. Never repeated: anything once COMMIT was sent, unless
// the server answered that it rolled back. Work that calls abort() gets a rollback, and its value is still returned;
// commit() may be left out. Work that swallows an error of the server and goes on gets 25P02, not a silent rollback.
template <typename Work> [[nodiscard]] auto transaction(Pool& pool, const CallOptions& options, Work&& work)
{
    return valueOf<pqxx::dbtransaction>(
        work, [&](const TransactionWork& wrapped) { return callInTransaction(pool, options, wrapped); });
}

// Runs `work(pqxx::transaction_base&)` without a transaction: each statement commits by itself, as VACUUM and others
// must. Repeated when the connection was lost before anything was sent, and with CallOptions::repeatable for the same
// reasons as a transaction. When the connection breaks later the outcome is unknown, unless it is repeatable.
template <typename Work> [[nodiscard]] auto run(Pool& pool, const CallOptions& options, Work&& work)
{
    return valueOf<pqxx::transaction_base>(
        work, [&](const AutocommitWork& wrapped) { return callInAutocommit(pool, options, wrapped); });
}

} // namespace lifeguard
