// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/pg_query.h"

#include "core/postgres/pg_error.h"

#include <poll.h>
#include <sys/socket.h>

namespace lifeguard {

namespace {

std::vector<const char*> pointersTo(const std::vector<std::string>& parameters)
{
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const std::string& parameter : parameters)
        values.push_back(parameter.c_str());
    return values;
}

bool send(PGconn* connection, const std::string& sql, const std::vector<std::string>& parameters)
{
    if (parameters.empty())
        return PQsendQuery(connection, sql.c_str()) == 1;
    const auto values = pointersTo(parameters);
    return PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                             nullptr, 0)
           == 1;
}

// True once the next result can be taken without waiting.
bool waitForResult(PGconn* connection, TimePoint deadline)
{
    while (PQisBusy(connection) == 1) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0)
            return false;
        pollfd waited{PQsocket(connection), POLLIN, 0};
        if (poll(&waited, 1, static_cast<int>(left.count())) > 0 && PQconsumeInput(connection) == 0)
            return true; // broken: PQgetResult says how
    }
    return true;
}

bool succeeded(const PGresult* result)
{
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

// What was sent, or the error of sending it.
tl::expected<PgResult, DatabaseError> resultOf(PGconn* connection, bool sent, TimePoint deadline)
{
    if (!sent)
        return tl::unexpected(errorOfLink(connection));
    PgResult last;
    std::optional<DatabaseError> failure;
    for (;;) {
        if (!waitForResult(connection, deadline)) {
            shutdown(PQsocket(connection), SHUT_RDWR);
            return tl::unexpected(timeoutError("the server did not answer in time"));
        }
        PgResult next(PQgetResult(connection));
        if (!next)
            break;
        if (!succeeded(next.get()) && !failure) // a broken link adds a second one, which says less
            failure = errorOf(next.get());
        last = std::move(next);
    }
    if (failure)
        return tl::unexpected(std::move(*failure));
    if (!last)
        return tl::unexpected(errorOfLink(connection));
    return last;
}

} // namespace

tl::expected<PgResult, DatabaseError> runQuery(PGconn* connection, const std::string& sql,
                                               const std::vector<std::string>& parameters, TimePoint deadline)
{
    return resultOf(connection, send(connection, sql, parameters), deadline);
}

tl::expected<PgResult, DatabaseError> prepare(PGconn* connection, const std::string& name, const std::string& sql,
                                              TimePoint deadline)
{
    return resultOf(connection, PQsendPrepare(connection, name.c_str(), sql.c_str(), 0, nullptr) == 1, deadline);
}

tl::expected<PgResult, DatabaseError> runNamed(PGconn* connection, const std::string& name,
                                               const std::vector<std::string>& parameters, TimePoint deadline)
{
    const auto values = pointersTo(parameters);
    return resultOf(connection,
                    PQsendQueryPrepared(connection, name.c_str(), static_cast<int>(values.size()), values.data(),
                                        nullptr, nullptr, 0)
                        == 1,
                    deadline);
}

std::string textAt(const PgResult& result, int row, int column)
{
    return {PQgetvalue(result.get(), row, column), static_cast<std::size_t>(PQgetlength(result.get(), row, column))};
}

bool isNull(const PgResult& result, int row, int column)
{
    return PQgetisnull(result.get(), row, column) == 1;
}

} // namespace lifeguard
