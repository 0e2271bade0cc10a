// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"
#include "core/registration/test_registration.h"

#include <optional>

namespace lifeguard {

// The database's side of a test registration, on one leased session. Each step ends by `deadline` and gives the error
// if it failed.
class RegistrationSteps {
  public:
    virtual ~RegistrationSteps() = default;

    // Begins, and makes sure that schema lifeguard_probe with its two tables is there (made within the transaction if
    // not).
    virtual std::optional<DatabaseError> begin(TimePoint deadline) = 0;
    virtual std::optional<DatabaseError> insertUser(const RegisteredUser& user, TimePoint deadline) = 0;
    virtual std::optional<DatabaseError> insertSession(const RegisteredSession& session, TimePoint deadline) = 0;

    // Reads both rows back into the arguments, by their ids.
    virtual std::optional<DatabaseError> verify(RegisteredUser& user, RegisteredSession& session,
                                                TimePoint deadline) = 0;
    virtual std::optional<DatabaseError> rollback(TimePoint deadline) = 0;
};

} // namespace lifeguard
