// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"

#include <string_view>

namespace lifeguard {

// What the connection was doing when it failed.
enum class Phase {
    Connect, // opening or logging in
    Idle,    // resting in the pool, or being validated
    Use,     // leased to a caller
};

// What becomes of the connection.
enum class Fate {
    Keep,
    KeepAfterRollback,
    Discard,
    DiscardAll, // it and every other of its generation: the server ended them together
};

// What the pool does about opening another one.
enum class Remedy {
    Now,     // open another at once, once; then as Backoff
    Backoff, // again later, by one prober
    Stop,    // no retry: say what is wrong and wait for a person or for other options
    Caller,  // nothing for the pool to do: the work is the caller's to repeat
};

struct ErrorClass {
    Fate fate = Fate::Discard;
    Remedy remedy = Remedy::Backoff;
    std::string_view meaning; // one phrase for people
    std::string_view advice;  // what a person can do next; may be empty
};

// The one table of what each database error means for a pool. Sources: PostgreSQL's appendix "Error Codes", libpq and
// PgBouncer documentation. Pure: any thread, no state.
ErrorClass classify(const DatabaseError& error, Phase phase);

// Words for an application's users, who must never see a driver's text.
std::string_view messageForUsers(const DatabaseError& error);

} // namespace lifeguard
