// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/fleet_snapshot.h"
#include "core/fleet/observed_pool.h"
#include "core/fleet/profile.h"
#include "core/registration/test_registration.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lifeguard {

// What a person can ask for. Values: they are carried to a worker thread and end as an event.
struct ResetPool {
    PoolKey pool;
    ResetKind kind = ResetKind::Soft;
    std::string reason{}; // as typed, for the audit log; so in the others
};
struct ResizePool {
    PoolKey pool;
    int minSize = 0;
    int maxSize = 0;
    std::string reason{};
};
struct SuspendPool {
    PoolKey pool;
    std::string reason{};
};
struct ResumePool {
    PoolKey pool;
    std::string reason{};
};
struct RunTestRegistration {
    PoolKey pool;
};
struct RunHealthChecks {
    PoolKey pool;
};
struct OpenProfile {
    Profile profile;
    std::string password; // empty: from the environment, ~/.pgpass or pg_service.conf
};
struct ClosePool {
    PoolKey pool;
};
struct TestConnection {
    Profile profile;
    std::string password;
};
using Command = std::variant<ResetPool, ResizePool, SuspendPool, ResumePool, RunTestRegistration, RunHealthChecks,
                             OpenProfile, ClosePool, TestConnection>;

// The pool that it concerns; for OpenProfile the one to come. Empty when there is none.
PoolKey poolOf(const Command& command);

// What is to be done, as the beginning of a sentence: "Soft reset of "orders"".
std::string titleOf(const Command& command);

// A short stable name for the audit log: "soft_reset". Empty for what only looks: health checks and connection tests.
std::string_view actionOf(const Command& command);

// Whether read-only mode refuses it: what acts on a pool or a server. To open and to close is to begin and to end
// watching.
bool actsOnPool(const Command& command);

// As typed; empty when none was given.
std::string reasonOf(const Command& command);

// One step of a connection test: "log in", 1.8 ms, ok.
struct ConnectionStep {
    std::string name;
    bool ok = false;
    std::chrono::microseconds took{0};
    std::string text;
    bool warning = false; // it went well, and something is missing all the same: a right
};

// How a command ended.
struct CommandOutcome {
    std::uint64_t ticket = 0; // given when it was submitted
    bool ok = false;
    std::string summary;                            // one sentence: what was done, to what, with which result
    std::string sqlState;                           // of a failure, where there is one
    std::string advice;                             // what to do next, after a failure
    std::vector<EndReport> ended;                   // ResetPool on an observed pool
    std::optional<RegistrationResult> registration; // RunTestRegistration
    std::vector<ConnectionStep> steps;              // TestConnection
};

} // namespace lifeguard
