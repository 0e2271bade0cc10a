// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/registration_steps.h"

namespace lifeguard {

namespace {

// RFC 3339 in UTC with microseconds, PostgreSQL's own precision.
std::string rfc3339(const std::string& column)
{
    return "to_char(" + column + R"( AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))";
}

} // namespace

const std::string& registrationSchemaSql()
{
    static const std::string kSql = R"sql(
CREATE SCHEMA IF NOT EXISTS lifeguard_probe;
CREATE TABLE IF NOT EXISTS lifeguard_probe.users (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS lifeguard_probe.sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES lifeguard_probe.users (id) ON DELETE CASCADE,
  expires timestamptz NOT NULL,
  session_token text NOT NULL UNIQUE
);
)sql";
    return kSql;
}

std::optional<DatabaseError>
PostgresRegistrationSteps::run(const std::string& sql, const std::vector<std::string>& parameters, TimePoint deadline)
{
    if (const auto result = m_session.run(sql, parameters, deadline); !result)
        return result.error();
    return std::nullopt;
}

std::optional<DatabaseError> PostgresRegistrationSteps::begin(TimePoint deadline)
{
    if (auto error = run("BEGIN READ WRITE", {}, deadline))
        return error;
    const auto there = m_session.run("SELECT to_regclass('lifeguard_probe.users') IS NOT NULL"
                                     " AND to_regclass('lifeguard_probe.sessions') IS NOT NULL",
                                     {}, deadline);
    if (!there)
        return there.error();
    if (textAt(*there, 0, 0) == "t")
        return std::nullopt;
    return run(registrationSchemaSql(), {}, deadline);
}

std::optional<DatabaseError> PostgresRegistrationSteps::insertUser(const RegisteredUser& user, TimePoint deadline)
{
    return run("INSERT INTO lifeguard_probe.users (id, email, email_verified, created_at, updated_at)"
               " VALUES ($1::uuid, $2, $3::boolean, $4::timestamptz, $5::timestamptz)",
               {user.id, user.email, user.emailVerified ? "true" : "false", user.createdAt, user.updatedAt}, deadline);
}

std::optional<DatabaseError> PostgresRegistrationSteps::insertSession(const RegisteredSession& session,
                                                                      TimePoint deadline)
{
    return run("INSERT INTO lifeguard_probe.sessions (id, user_id, expires, session_token)"
               " VALUES ($1::uuid, $2::uuid, $3::timestamptz, $4)",
               {session.id, session.userId, session.expires, session.sessionToken}, deadline);
}

std::optional<DatabaseError> PostgresRegistrationSteps::verify(RegisteredUser& user, RegisteredSession& session,
                                                               TimePoint deadline)
{
    const std::string sql =
        "SELECT u.id, u.email, u.email_verified, " + rfc3339("u.created_at") + ", " + rfc3339("u.updated_at")
        + ", s.id, s.user_id, " + rfc3339("s.expires")
        + ", s.session_token FROM lifeguard_probe.users u JOIN lifeguard_probe.sessions s ON s.user_id = u.id"
          " WHERE u.id = $1::uuid AND s.id = $2::uuid";
    const auto rows = m_session.run(sql, {user.id, session.id}, deadline);
    if (!rows)
        return rows.error();
    if (PQntuples(rows->get()) != 1)
        return DatabaseError{ErrorSign::Other, {}, "the user and the session were not found after their insertion", {}};
    user = {textAt(*rows, 0, 0), textAt(*rows, 0, 1), textAt(*rows, 0, 2) == "t", textAt(*rows, 0, 3),
            textAt(*rows, 0, 4)};
    session = {textAt(*rows, 0, 5), textAt(*rows, 0, 6), textAt(*rows, 0, 7), textAt(*rows, 0, 8)};
    return std::nullopt;
}

std::optional<DatabaseError> PostgresRegistrationSteps::rollback(TimePoint deadline)
{
    return run("ROLLBACK", {}, deadline);
}

} // namespace lifeguard
