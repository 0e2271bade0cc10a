// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lifeguard {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

// Runs one statement by `deadline`, with bound text parameters. libpqxx has no deadline of its own, so what Lifeguard
// asks for itself goes this way. When the deadline comes first the link is shut down, since an answer that comes later
// would be taken for the next one's: the connection is of no more use.
tl::expected<PgResult, DatabaseError> runQuery(PGconn* connection, const std::string& sql,
                                               const std::vector<std::string>& parameters, TimePoint deadline);

// The same in two steps, for a statement that is run often: the server parses it once in a session.
tl::expected<PgResult, DatabaseError> prepare(PGconn* connection, const std::string& name, const std::string& sql,
                                              TimePoint deadline);
tl::expected<PgResult, DatabaseError> runNamed(PGconn* connection, const std::string& name,
                                               const std::vector<std::string>& parameters, TimePoint deadline);

// The text of a field; empty for NULL.
std::string textAt(const PgResult& result, int row, int column);
bool isNull(const PgResult& result, int row, int column);

} // namespace lifeguard
