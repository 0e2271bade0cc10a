// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/error_class.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace lifeguard {

namespace {

// By phase: connecting, idle, in use.
struct Remedies {
    Remedy connect;
    Remedy idle;
    Remedy use = Remedy::Caller;
};
constexpr Remedies kNow{Remedy::Now, Remedy::Now};
constexpr Remedies kBackoff{Remedy::Backoff, Remedy::Backoff};
constexpr Remedies kStop{Remedy::Stop, Remedy::Stop};
constexpr Remedies kStopAlways{Remedy::Stop, Remedy::Stop, Remedy::Stop};
constexpr Remedies kWithout{Remedy::WithoutParameters, Remedy::Stop};

// What a SQLSTATE, a class of them (two characters) or a sign means.
struct Meaning {
    Cause cause = Cause::Unknown;
    Fate fate = Fate::Discard;
    Remedies remedies = kBackoff;
    Repeat repeat = Repeat::No;
    std::string_view meaning = {};
    std::string_view advice = {};
    int stopAfter = 0;
};

// The first row that matches rules, so exceptions stand above their class. `words`: the message has them, too.
struct StateRow {
    std::string_view state;
    std::string_view words;
    Meaning meaning;
};

constexpr std::string_view kLog = "Look at the server's log.";
constexpr std::string_view kName = "Check the database's name in the profile.";
constexpr std::string_view kOptions = "Check the options in the connection string.";
constexpr std::string_view kLeftOpen = "Look for a transaction that was left open.";
constexpr std::string_view kPooler = "A transaction pooler is in front: don't use prepared statements.";
constexpr std::string_view kPlaces = "Raise the pooler's limits, or ask for fewer connections.";

// --- 57: the server's operator intervened
constexpr std::array kOperator{
    StateRow{"57P01",
             "",
             {Cause::Interrupted, Fate::DiscardAll, kNow, Repeat::BeforeCommit,
              "ended by an administrator, or by a serverless database that suspends"}},
    StateRow{"57P02",
             "",
             {Cause::Crashed, Fate::DiscardAll, kBackoff, Repeat::BeforeCommit,
              "another server process crashed and the server ended all sessions", kLog}},
    StateRow{"57P03",
             "",
             {Cause::Restarting, Fate::Discard, kBackoff, Repeat::BeforeCommit,
              "the server is starting up or shutting down"}},
    StateRow{
        "57P04", "", {Cause::WrongDatabase, Fate::Discard, kStopAlways, Repeat::No, "the database was dropped", kName}},
    StateRow{"57P05",
             "",
             {Cause::IdleLimit, Fate::Discard, kNow, Repeat::BeforeCommit,
              "the server's idle session time-out ended it",
              "Set the pool's idle time-out below the server's idle_session_timeout."}},
    // While connecting it is the server's authentication_timeout.
    StateRow{"57014",
             "",
             {Cause::Cancelled, Fate::KeepAfterRollback, kBackoff, Repeat::No,
              "the statement was cancelled, by its time-out or by a person"}},
};

// --- 25, 40: the transaction
constexpr std::array kTransaction{
    StateRow{"25P03",
             "",
             {Cause::LeftOpen, Fate::Discard, kNow, Repeat::No, "the server's idle-in-transaction time-out ended it",
              kLeftOpen}},
    StateRow{
        "25P04",
        "", // PostgreSQL 17 and later
        {Cause::LeftOpen, Fate::Discard, kNow, Repeat::No, "the server's transaction time-out ended it", kLeftOpen}},
    StateRow{"25P02",
             "",
             {Cause::FailedBefore, Fate::KeepAfterRollback, kNow, Repeat::No, "the transaction had failed already"}},
    StateRow{"25006",
             "",
             {Cause::ReadOnly, Fate::DiscardAll, kBackoff, Repeat::Later,
              "read-only: this server is a standby or was demoted",
              "Find the primary: target_session_attrs=read-write."}},
    StateRow{"40003",
             "",
             {Cause::OutcomeUnknown, Fate::Discard, kNow, Repeat::No, "the outcome of the statement is unknown",
              "Look whether it was done before doing it again."}},
    StateRow{"40001",
             "",
             {Cause::Conflict, Fate::KeepAfterRollback, kBackoff, Repeat::Again,
              "the transaction met another one; it can be done again"}},
    StateRow{"40P01",
             "",
             {Cause::Conflict, Fate::KeepAfterRollback, kBackoff, Repeat::Again,
              "the transaction and another one waited for each other; it can be done again"}},
};

// --- 53, 58, 55: what the server lacks, or has lent to others
constexpr std::array kResources{
    StateRow{"53300",
             "",
             {Cause::Full, Fate::Discard, kBackoff, Repeat::Later, "the server has no free connection",
              "Close connections that aren't needed, or raise max_connections."}},
    StateRow{"53100",
             "",
             {Cause::DiskFull, Fate::Keep, kBackoff, Repeat::Later, "the server's disk is full",
              "Free space on the server."}},
    StateRow{"53", "", {Cause::Exhausted, Fate::Keep, kBackoff, Repeat::Later, "the server is out of resources", kLog}},
    StateRow{"58P", "", {Cause::Faulty, Fate::Keep, kBackoff, Repeat::No, "the server lacks a file", kLog}},
    StateRow{"58", "", {Cause::Faulty, Fate::Keep, kBackoff, Repeat::Later, "the server had a system error", kLog}},
    StateRow{"55P03",
             "",
             {Cause::Locked, Fate::Keep, kBackoff, Repeat::Later, "somebody else holds the lock that it needs"}},
    StateRow{
        "55006", "", {Cause::Locked, Fate::Keep, kBackoff, Repeat::Later, "the object is in use by somebody else"}},
};

// --- 28, 3D, 42, 22, 26, 0A: who asks, and for what
constexpr std::array kRefusals{
    StateRow{"28P01",
             "",
             {Cause::Password, Fate::Discard, kStop, Repeat::No, "wrong password",
              "Give the right password. The pool doesn't try again by itself, since repeated tries lock accounts."}},
    StateRow{"28",
             "",
             {Cause::NotAllowed, Fate::Discard, kStop, Repeat::No, "the server does not allow this login",
              "Check the role's name, its password and the server's pg_hba.conf."}},
    StateRow{
        "3D000", "", {Cause::WrongDatabase, Fate::Discard, kStop, Repeat::No, "the database does not exist", kName}},
    StateRow{"42501",
             "",
             {Cause::NotAllowed, Fate::Keep, kStop, Repeat::No, "permission denied", "Grant the role what it needs."}},
    StateRow{
        "42704", "", {Cause::BadSetting, Fate::Keep, kStop, Repeat::No, "unknown role, type or parameter", kOptions}},
    StateRow{"22023",
             "",
             {Cause::BadSetting, Fate::Keep, kStop, Repeat::No, "a parameter has a value that the server refuses",
              kOptions}},
    StateRow{"26000",
             "",
             {Cause::Preparing, Fate::Keep, kBackoff, Repeat::No, "the prepared statement is not there", kPooler}},
    StateRow{"42P05",
             "",
             {Cause::Preparing, Fate::Keep, kBackoff, Repeat::No, "the prepared statement exists already", kPooler}},
    StateRow{
        "0A000",
        "cached plan must not change result type",
        {Cause::SchemaChanged, Fate::Discard, kBackoff, Repeat::Once, "the schema changed under a prepared statement"}},
    // A server with translated messages says the above in other words, so the connection is given up here as well.
    StateRow{"0A000",
             "",
             {Cause::SchemaChanged, Fate::Discard, kBackoff, Repeat::No,
              "not supported, or the schema changed under a prepared statement"}},
};

// --- 08: the connection itself. PgBouncer sends every message of its own with 08P01; its texts are never translated.
constexpr std::array kConnection{
    StateRow{
        "08001",
        "",
        {Cause::Interrupted, Fate::Discard, kBackoff, Repeat::BeforeCommit, "the connection could not be established"}},
    StateRow{"08004",
             "",
             {Cause::Rejected, Fate::Discard, kBackoff, Repeat::No, "the server rejected the connection", kLog, 3}},
    StateRow{"08007",
             "",
             {Cause::OutcomeUnknown, Fate::Discard, kNow, Repeat::No, "the outcome of the transaction is unknown",
              "Look whether it was committed before doing it again."}},
    StateRow{"08P01",
             "unsupported startup parameter",
             {Cause::BadSetting, Fate::Discard, kWithout, Repeat::No, "the pooler refuses a start-up parameter",
              "Take the options out of the connection string, or let the pooler ignore them "
              "(ignore_startup_parameters)."}},
    StateRow{"08P01",
             "max_client_conn",
             {Cause::Full, Fate::Discard, kBackoff, Repeat::Later, "the pooler has no free place", kPlaces}},
    StateRow{
        "08P01",
        "query_wait_timeout",
        {Cause::Full, Fate::Discard, kBackoff, Repeat::Later, "the pooler had no free connection in time", kPlaces}},
    StateRow{"08P01",
             "server login has been failing",
             {Cause::Interrupted, Fate::Discard, kBackoff, Repeat::Later, "the pooler can't log in at the server",
              "Look at the pooler's log and at the server."}},
    // A statement with too few parameters is a violation of the protocol as well: no reason to stop a pool that works.
    StateRow{"08P01",
             "",
             {Cause::Unknown, Fate::Discard, kStop, Repeat::No, "protocol violation, or a pooler's own message"}},
    StateRow{"08", "", {Cause::Interrupted, Fate::Discard, kNow, Repeat::BeforeCommit, "the connection was lost"}},
};

constexpr Meaning kOther{Cause::Unknown, Fate::Discard, kBackoff, Repeat::No, "the connection failed"};
// A SQLSTATE that isn't in the table is about the statement, not about the connection.
constexpr Meaning kStatement{Cause::Unknown, Fate::KeepAfterRollback, kBackoff, Repeat::No, "the server refused it"};

Meaning meaningOf(ErrorSign sign)
{
    switch (sign) {
    case ErrorSign::LinkLost:
        return {Cause::Interrupted, Fate::Discard, kNow, Repeat::BeforeCommit, "the connection was lost"};
    case ErrorSign::Refused:
        return {Cause::Interrupted,
                Fate::Discard,
                kBackoff,
                Repeat::No,
                "nothing listens at this address and port",
                "Check host and port, and whether the server runs."};
    case ErrorSign::Unreachable:
        return {Cause::Unreachable,
                Fate::Discard,
                kBackoff,
                Repeat::No,
                "there is no way to this host",
                "Check the network and the host."};
    case ErrorSign::NameNotFound:
        return {Cause::WrongHost,
                Fate::Discard,
                kBackoff,
                Repeat::No,
                "the host's name was not found",
                "Check the host's name: it may be wrong or gone."};
    case ErrorSign::Tls:
        return {Cause::Insecure,
                Fate::Discard,
                kStop,
                Repeat::No,
                "TLS could not be agreed on, or the certificate was refused",
                "Check sslmode and the certificates."};
    case ErrorSign::Timeout:
        return {
            Cause::Slow, Fate::Discard,       kBackoff,
            Repeat::No,  "no answer in time", "The server is busy, suspended or frozen, or a firewall drops packets."};
    case ErrorSign::BadOption:
        return {Cause::BadSetting,
                Fate::Discard,
                kStop,
                Repeat::No,
                "the connection string or an option is wrong",
                "Correct the connection string."};
    case ErrorSign::Cancelled:
        return {Cause::ShuttingDown, Fate::Discard, kBackoff, Repeat::No, "given up on purpose"};
    case ErrorSign::Server:
    case ErrorSign::Other:
        break;
    }
    return kOther;
}

template <std::size_t size> const Meaning* lookUp(const std::array<StateRow, size>& rows, const DatabaseError& error)
{
    const auto row = std::find_if(rows.begin(), rows.end(), [&error](const StateRow& each) {
        return std::string_view(error.sqlState).starts_with(each.state)
               && error.message.find(each.words) != std::string::npos;
    });
    return row == rows.end() ? nullptr : &row->meaning;
}

Meaning meaningOf(const DatabaseError& error)
{
    // Nothing was sent, or nothing of ours can be left out: whatever the server's number, the options are wrong.
    if (error.sqlState.empty() || error.sign == ErrorSign::BadOption)
        return meaningOf(error.sign);
    for (const Meaning* found : {lookUp(kOperator, error), lookUp(kTransaction, error), lookUp(kResources, error),
                                 lookUp(kRefusals, error), lookUp(kConnection, error)})
        if (found != nullptr)
            return *found;
    return kStatement;
}

Remedy at(const Remedies& remedies, Phase phase)
{
    switch (phase) {
    case Phase::Connect:
        return remedies.connect;
    case Phase::Idle:
        return remedies.idle;
    case Phase::Use:
        break;
    }
    return remedies.use;
}

} // namespace

ErrorClass classify(const DatabaseError& error, Phase phase)
{
    const Meaning found = meaningOf(error);
    ErrorClass kind{.fate = found.fate,
                    .remedy = at(found.remedies, phase),
                    .cause = found.cause,
                    .repeat = phase == Phase::Use ? found.repeat : Repeat::No,
                    .stopAfter = phase == Phase::Connect ? found.stopAfter : 0,
                    .meaning = found.meaning,
                    .advice = found.advice};
    if (error.sign == ErrorSign::LinkLost && kind.fate != Fate::DiscardAll)
        kind.fate = Fate::Discard; // "keep" was said of a statement that failed, and here the link broke with it
    return kind;
}

std::string detailsForEngineers(const DatabaseError& error, Phase phase)
{
    const ErrorClass kind = classify(error, phase);
    std::string text(kind.meaning);
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    text += '.';
    for (const std::string_view more : {kind.advice, std::string_view(error.detail)})
        if (!more.empty())
            text.append(" ").append(more);
    return text;
}

} // namespace lifeguard
