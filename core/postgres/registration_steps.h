// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/postgres_session.h"
#include "core/registration/registration_steps.h"

namespace lifeguard {

// The statements that make schema lifeguard_probe with its tables users and sessions, where they aren't there yet. The
// console runs them inside the test's transaction, so they are rolled back with it; who wants the schema to stay runs
// them once.
const std::string& registrationSchemaSql();

// A test registration on one PostgreSQL session.
class PostgresRegistrationSteps final : public RegistrationSteps {
  public:
    explicit PostgresRegistrationSteps(PostgresSession& session) : m_session(session) {}

    std::optional<DatabaseError> begin(TimePoint deadline) override;
    std::optional<DatabaseError> insertUser(const RegisteredUser& user, TimePoint deadline) override;
    std::optional<DatabaseError> insertSession(const RegisteredSession& session, TimePoint deadline) override;
    std::optional<DatabaseError> verify(RegisteredUser& user, RegisteredSession& session, TimePoint deadline) override;
    std::optional<DatabaseError> rollback(TimePoint deadline) override;

  private:
    std::optional<DatabaseError> run(const std::string& sql, const std::vector<std::string>& parameters,
                                     TimePoint deadline);

    PostgresSession& m_session;
};

} // namespace lifeguard
