// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/error_class.h"

#include <algorithm>
#include <array>

namespace lifeguard {

namespace {

// One row per SQLSTATE, or per class of them (two characters). The first row that matches rules, so exceptions stand
// above their class.
struct StateRow {
    std::string_view state;
    Fate fate;
    Remedy remedy;    // while connecting or idle
    Remedy remedyUse; // while a caller uses it
    std::string_view meaning;
    std::string_view advice;
};

constexpr std::string_view kLog = "Look at the server's log.";

constexpr std::array kStates{
    StateRow{"57P01", Fate::DiscardAll, Remedy::Now, Remedy::Caller,
             "ended by an administrator, or by a serverless database that suspends", ""},
    StateRow{"57P02", Fate::DiscardAll, Remedy::Backoff, Remedy::Caller,
             "another server process crashed and the server ended all sessions", kLog},
    StateRow{"57P03", Fate::Discard, Remedy::Backoff, Remedy::Caller, "the server is starting up or shutting down", ""},
    StateRow{"57P04", Fate::Discard, Remedy::Stop, Remedy::Caller, "the database was dropped",
             "Check the database's name in the profile."},
    StateRow{"57P05", Fate::Discard, Remedy::Now, Remedy::Caller, "the server's idle session time-out ended it",
             "Set the pool's idle time-out below the server's idle_session_timeout."},
    StateRow{"57014", Fate::KeepAfterRollback, Remedy::Caller, Remedy::Caller,
             "the statement was cancelled, by its time-out or by a person", ""},
    StateRow{"25P03", Fate::Discard, Remedy::Now, Remedy::Caller, "the server's idle-in-transaction time-out ended it",
             "Look for a transaction that was left open."},
    StateRow{"25P04", Fate::Discard, Remedy::Now, Remedy::Caller, "the server's transaction time-out ended it",
             "Look for a transaction that was left open."},
    StateRow{"25P02", Fate::KeepAfterRollback, Remedy::Caller, Remedy::Caller, "the transaction had failed already",
             ""},
    StateRow{"25006", Fate::DiscardAll, Remedy::Backoff, Remedy::Caller,
             "read-only: this server is a standby or was demoted",
             "Find the primary: target_session_attrs=read-write."},
    StateRow{"53300", Fate::Discard, Remedy::Backoff, Remedy::Caller, "the server has no free connection",
             "Close connections that aren't needed, or raise max_connections."},
    StateRow{"53100", Fate::KeepAfterRollback, Remedy::Backoff, Remedy::Caller, "the server's disk is full",
             "Free space on the server."},
    StateRow{"53", Fate::KeepAfterRollback, Remedy::Backoff, Remedy::Caller, "the server is out of resources", kLog},
    StateRow{"58", Fate::KeepAfterRollback, Remedy::Backoff, Remedy::Caller, "the server had a system error", kLog},
    StateRow{"3D000", Fate::Discard, Remedy::Stop, Remedy::Caller, "the database does not exist",
             "Check the database's name in the profile."},
    StateRow{"28P01", Fate::Discard, Remedy::Stop, Remedy::Caller, "the password was refused",
             "Give the right password. The pool doesn't try again by itself, since repeated tries lock accounts."},
    StateRow{"28", Fate::Discard, Remedy::Stop, Remedy::Caller, "the server does not allow this login",
             "Check the role's name, its password and the server's pg_hba.conf."},
    StateRow{"42501", Fate::Keep, Remedy::Stop, Remedy::Caller, "permission denied", "Grant the role what it needs."},
    StateRow{"42704", Fate::Keep, Remedy::Stop, Remedy::Caller, "unknown role, type or parameter",
             "Check the options in the connection string."},
    StateRow{"22023", Fate::Keep, Remedy::Stop, Remedy::Caller, "a parameter has a value that the server refuses",
             "Check the options in the connection string."},
    StateRow{"08004", Fate::Discard, Remedy::Backoff, Remedy::Caller, "the server rejected the connection", kLog},
    StateRow{"08007", Fate::Discard, Remedy::Now, Remedy::Caller, "the outcome of the transaction is unknown",
             "Look whether it was committed before doing it again."},
    StateRow{"40003", Fate::Discard, Remedy::Now, Remedy::Caller, "the outcome of the statement is unknown",
             "Look whether it was done before doing it again."},
    StateRow{"08P01", Fate::Discard, Remedy::Stop, Remedy::Caller, "protocol violation, or a pooler's own message", ""},
    StateRow{"08", Fate::Discard, Remedy::Now, Remedy::Caller, "the connection was lost", ""},
    StateRow{"26000", Fate::Keep, Remedy::Caller, Remedy::Caller, "the prepared statement is not there",
             "A transaction pooler is in front: don't use prepared statements."},
    StateRow{"42P05", Fate::Keep, Remedy::Caller, Remedy::Caller, "the prepared statement exists already",
             "A transaction pooler is in front: don't use prepared statements."},
    StateRow{"0A000", Fate::Discard, Remedy::Caller, Remedy::Caller,
             "not supported, or the schema changed under a prepared statement", ""},
    StateRow{"40", Fate::KeepAfterRollback, Remedy::Caller, Remedy::Caller,
             "the transaction met another one; it can be done again", ""},
    StateRow{"55", Fate::KeepAfterRollback, Remedy::Backoff, Remedy::Caller, "the object is locked or in use", ""},
};

struct SignRow {
    ErrorSign sign;
    Remedy remedy;
    std::string_view meaning;
    std::string_view advice;
};

constexpr std::array kSigns{
    SignRow{ErrorSign::LinkLost, Remedy::Now, "the connection was lost", ""},
    SignRow{ErrorSign::Refused, Remedy::Backoff, "nothing listens at this address and port",
            "Check host and port, and whether the server runs."},
    SignRow{ErrorSign::Unreachable, Remedy::Backoff, "there is no way to this host", "Check the network and the host."},
    SignRow{ErrorSign::NameNotFound, Remedy::Backoff, "the host's name was not found",
            "Check the host's name: it may be wrong or gone."},
    SignRow{ErrorSign::Tls, Remedy::Stop, "TLS could not be agreed on, or the certificate was refused",
            "Check sslmode and the certificates."},
    SignRow{ErrorSign::Timeout, Remedy::Backoff, "no answer in time",
            "The server is busy, suspended or frozen, or a firewall drops packets."},
    SignRow{ErrorSign::BadOption, Remedy::Stop, "the connection string or an option is wrong",
            "Correct the connection string."},
};

// PgBouncer sends every message of its own with 08P01; these pass.
constexpr std::array<std::string_view, 3> kPoolerPasses{"max_client_conn", "query_wait_timeout",
                                                        "server login has been failing"};

bool poolerWillRecover(const DatabaseError& error)
{
    return error.sqlState == "08P01"
           && std::any_of(kPoolerPasses.begin(), kPoolerPasses.end(),
                          [&error](std::string_view words) { return error.message.find(words) != std::string::npos; });
}

} // namespace

ErrorClass classify(const DatabaseError& error, Phase phase)
{
    const bool inUse = phase == Phase::Use;
    if (!error.sqlState.empty()) {
        if (poolerWillRecover(error))
            return {Fate::Discard, inUse ? Remedy::Caller : Remedy::Backoff, "the pooler has no free place", ""};
        for (const StateRow& row : kStates)
            if (std::string_view(error.sqlState).substr(0, row.state.size()) == row.state)
                return {row.fate, inUse ? row.remedyUse : row.remedy, row.meaning, row.advice};
        // Everything else is about the statement, not about the connection.
        return {Fate::KeepAfterRollback, inUse ? Remedy::Caller : Remedy::Backoff, "the server refused it", ""};
    }
    for (const SignRow& row : kSigns)
        if (row.sign == error.sign)
            return {Fate::Discard, inUse ? Remedy::Caller : row.remedy, row.meaning, row.advice};
    return {Fate::Discard, inUse ? Remedy::Caller : Remedy::Backoff, "the connection failed", ""};
}

std::string_view messageForUsers(const DatabaseError& error)
{
    switch (classify(error, Phase::Connect).remedy) {
    case Remedy::Now:
    case Remedy::Backoff:
        return "The server may be restarting. Please wait a few seconds and try again.";
    case Remedy::Stop:
    case Remedy::Caller:
        break;
    }
    return "Database connection error. Please try again in a moment.";
}

} // namespace lifeguard
