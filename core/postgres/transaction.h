// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"
#include "core/postgres/pg_error.h"
#include "core/postgres/postgres_session.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace lifeguard {

using TransactionError = std::variant<AcquireError, DatabaseError>;

// Acquires a lease, begins, runs `work(pqxx::work&)`, commits, and gives the lease back. Any exception rolls back;
// those of libpqxx come back as DatabaseError, others pass through. When the link breaks during the commit the outcome
// is unknown (40003): look before doing it again.
template <typename Work>
auto withTransaction(Pool& pool, std::string holder, Work&& work)
    -> tl::expected<std::invoke_result_t<Work, pqxx::work&>, TransactionError>
{
    using Value = std::invoke_result_t<Work, pqxx::work&>;
    auto lease = pool.acquire(std::move(holder));
    if (!lease)
        return tl::unexpected(TransactionError(lease.error()));
    try {
        pqxx::work transaction(postgresSession(*lease).pqxx());
        if constexpr (std::is_void_v<Value>) {
            std::forward<Work>(work)(transaction);
            transaction.commit();
            return {};
        } else {
            Value value = std::forward<Work>(work)(transaction);
            transaction.commit();
            return value;
        }
    } catch (const pqxx::in_doubt_error& error) {
        return tl::unexpected(TransactionError(DatabaseError{ErrorSign::LinkLost, "40003", error.what(), {}}));
    } catch (const pqxx::failure& error) {
        return tl::unexpected(TransactionError(errorOf(error)));
    }
}

} // namespace lifeguard
