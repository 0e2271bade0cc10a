// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeguard {

enum class RegistrationPhase { Acquire, Validate, Begin, InsertUser, InsertSession, Verify, Rollback };
inline constexpr std::size_t kRegistrationPhases = 7;
std::string_view nameOf(RegistrationPhase phase); // "insert user"

struct PhaseTime {
    RegistrationPhase phase = RegistrationPhase::Acquire;
    std::chrono::microseconds took{0};
};

// The rows as they were read back from the database. Times are RFC 3339 in UTC.
struct RegisteredUser {
    std::string id;    // uuid
    std::string email; // lifeguard+<uuid>@example.invalid: marked as synthetic
    bool emailVerified = false;
    std::string createdAt;
    std::string updatedAt;
};
struct RegisteredSession {
    std::string id;
    std::string userId;
    std::string expires;
    std::string sessionToken; // random, of a session that never existed outside the transaction
};

// What one test registration did. A value.
struct RegistrationResult {
    bool passed = false;
    std::string pool;
    WallTime at{};
    std::vector<PhaseTime> phases; // those that were finished, in order; the failed one is the next
    std::chrono::microseconds total{0};
    std::optional<RegisteredUser> user;
    std::optional<RegisteredSession> session;
    std::optional<RegistrationPhase> failedAt;
    std::string error; // one sentence; empty when passed
    std::string sqlState;
};

// {"user": {id, email, emailVerified, createdAt, updatedAt}, "session": {id, userId, expires, sessionToken}}, indented
// by two spaces, the token masked but for its last four characters.
std::string toJson(const RegistrationResult& result);

} // namespace lifeguard
