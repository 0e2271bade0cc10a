// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"

#include <string>
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
    Keep, // nothing is wrong with it; a transaction that its statement broke is rolled back when it comes back
    KeepAfterRollback, // it serves again only after ROLLBACK; when that fails it is discarded
    Discard,
    DiscardAll, // it and every other of its generation: the server ended them together
};

// What the pool does about opening another one.
enum class Remedy {
    Now,               // open another at once, once; then as Backoff
    Backoff,           // again later, by one prober
    Stop,              // no retry: say what is wrong and wait for a person or for other options
    Caller,            // nothing for the pool to do: the work is the caller's to repeat
    WithoutParameters, // connect again at once without start-up parameters of ours, and set them by SQL; Stop where
                       // there is none of ours to leave out
};

// A person must act, since what could be left out has been left out before the pool hears of it.
constexpr bool noRetryMends(Remedy remedy)
{
    return remedy == Remedy::Stop || remedy == Remedy::WithoutParameters;
}

// Whether the caller's work may be done again. Only ever the whole transaction, never a statement of it.
enum class Repeat {
    No,           // the same would happen again, or it isn't known what has happened
    Once,         // on another connection; a second failure of the kind is the work's own fault
    Later,        // after a pause, as often as the deadline allows
    Again,        // at once, within the attempts allowed
    BeforeCommit, // at once, unless COMMIT was sent: then the outcome is unknown
};

// What went wrong, as people would sort it: it chooses the words, and what is told besides.
enum class Cause {
    Unknown,
    Interrupted,    // the link broke, or nothing listens: most likely a restart
    Restarting,     // the server says so itself
    Crashed,        // another server process crashed; the server recovers
    IdleLimit,      // the server's limit for idle sessions is shorter than ours: warn
    LeftOpen,       // a transaction was left open for too long: report it like a leak
    Cancelled,      // a statement, by its time-out or by a person
    FailedBefore,   // an earlier statement of the transaction had failed
    ReadOnly,       // a standby, or demoted: find the primary, if the pool is meant to write and the server (not only
                    // the transaction) is read-only
    Full,           // no connection is free at the server or the pooler: shrink the wish, open one at a time
    DiskFull,       // raise the alarm
    Exhausted,      // out of memory, locks or another resource
    Faulty,         // I/O and other trouble of the server's machine
    Rejected,       // refused without a reason of its own
    Password,       // wrong or missing
    NotAllowed,     // pg_hba.conf, or a missing grant
    WrongDatabase,  // it does not exist, or was dropped
    WrongHost,      // the name was not found: when this lasts, it is wrong or gone
    Unreachable,    // no route
    Insecure,       // TLS
    Slow,           // no answer in time: busy, frozen, suspended, or a firewall that drops packets
    BadSetting,     // of the connection string or of the session
    OutcomeUnknown, // it may have been committed or not
    Preparing,      // prepared statements behind a transaction pooler: stop preparing
    SchemaChanged,  // under a prepared statement
    Conflict,       // with another transaction
    Locked,         // somebody else has it
    ShuttingDown,   // our own doing
};

struct ErrorClass {
    Fate fate = Fate::Discard;
    Remedy remedy = Remedy::Backoff;
    Cause cause = Cause::Unknown;
    Repeat repeat = Repeat::No; // of a caller's work; No outside Phase::Use
    int stopAfter = 0;          // this many failures of the kind in a row turn Backoff into Stop; 0 is never
    std::string_view meaning;   // one phrase for people
    std::string_view advice;    // what a person can do next; may be empty
};

// The one table of what each database error means for a pool. Sources: PostgreSQL's appendix "Error Codes", libpq and
// PgBouncer documentation. Pure: any thread, no state.
ErrorClass classify(const DatabaseError& error, Phase phase);

// "The server lacks room. Free space on the server. <DETAIL and HINT>": what engineers get to read beside describe().
std::string detailsForEngineers(const DatabaseError& error, Phase phase);

// Words for an application's users, who must never see a driver's text, a SQLSTATE or a host's name. `phase`: while the
// pool connects it tries again by itself; in Phase::Use the work has failed, and it is the user who tries again.
std::string_view messageForUsers(const DatabaseError& error, Phase phase = Phase::Connect);

// The general ones, for whatever has no better.
inline constexpr std::string_view kMayBeRestarting =
    "The server may be restarting. Please wait a few seconds and try again.";
inline constexpr std::string_view kConnectionError = "Database connection error. Please try again in a moment.";

} // namespace lifeguard
