// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/source_location.h"
#include "core/pool/acquire_error.h"
#include "core/pool/pool_options.h"
#include "core/resilience/backoff.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lifeguard {

enum class Isolation {
    ServersOwn, // default_transaction_isolation, "read committed" unless somebody changed it
    ReadCommitted,
    RepeatableRead,
    Serializable,
};

// How a call uses the pool; see transaction(), run() and withAdvisoryLock(). A plain value; any field may be left out
// (hence the empty braces): `transaction(pool, {.holder = "report", .readOnly = true}, work)`.
struct CallOptions {
    std::string holder{};                             // who holds the connection: in leak reports
    SourceLocation where = SourceLocation::current(); // of the call, likewise

    // For the whole call: waiting for a connection, every attempt, the pauses between. Above the statement time-out's
    // default of 30 s, so that the server ends a slow statement first, which costs no connection.
    std::chrono::milliseconds timeout{35'000};

    Isolation isolation = Isolation::ServersOwn; // of transaction()
    bool readOnly = false;                       // of transaction(): the server refuses every write (25006)

    // Of run(), which has no transaction that would be rolled back: the work may be done twice without harm.
    bool repeatable = false;

    // Attempts in all, and the pauses between them. Short: what stood in the way is another transaction, and a lost
    // connection is waited for in acquire anyway. Much jitter, so that two that met don't meet again.
    BackoffPolicy repeats{5, std::chrono::milliseconds{10}, std::chrono::milliseconds{1'000}, 0.5};

    // Told on the caller's thread before each pause: the attempt that failed (from 1), why, and the pause. May be
    // empty; must not throw.
    std::function<void(int attempt, const DatabaseError& error, std::chrono::milliseconds pause)> onRepeat{};
};

// Every problem, not only the first; empty when the options can be used. A call with others aborts with a sentence.
std::vector<OptionProblem> validate(const CallOptions& options);

// What ended a call that did not succeed.
enum class CallEnd {
    NoConnection,   // the pool gave no lease: `acquire` says why
    Failed,         // an error that doing it again can't mend, or isn't known to be safe to do again
    AttemptsUsed,   // it failed as often as it may
    DeadlinePassed, // the time-out came first
    LockHeld,       // of withAdvisoryLock(): somebody else held the lock until the deadline; the work was not begun
    OutcomeUnknown, // the connection broke while COMMIT was under way (08007): look before doing it again
};

// Why a call gave no value. Except for OutcomeUnknown, and for run(), nothing of it was done; of run() whatever was
// sent before the end may have been.
struct CallError {
    CallEnd end = CallEnd::Failed;
    int attempts = 0;                  // times that a connection was there and the work was begun
    std::chrono::milliseconds took{0}; // all of them, with waits and pauses
    std::optional<AcquireError> acquire;
    std::optional<DatabaseError> error; // of the last attempt
};

// One sentence with the numbers, for engineers.
std::string describe(const CallError& error);

} // namespace lifeguard
