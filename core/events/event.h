// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/strong_id.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lifeguard {

// How an event reads to a person: all well, mended by itself, or waiting for somebody.
enum class Severity {
    Info,     // something happened, nobody needs to act
    Ok,       // it works (again)
    Warning,  // trouble that the pool is mending by itself
    Critical, // trouble that needs a person
};

enum class EventKind {
    PoolOpened,
    PoolClosed,
    ConnectionOpened,
    ConnectionClosed,
    ConnectionLost,   // the server or the network ended it
    RetryScheduled,   // an attempt failed and will be repeated
    RetriesExhausted, // the last attempt failed; the circuit opens
    ConnectStopped,   // an error that no retry can mend (password, database, option)
    PoolRecreated,    // every connection was stale; a new generation begins
    Recovered,        // works again after failures
    AcquireFailed,    // a caller got no lease
    SoftReset,
    HardReset,
    PoolResized,
    PoolSuspended,
    PoolResumed,
    PoolAsleep, // nobody has used it for long: no connection is kept
    PoolAwake,
    ServerReset,          // backends of an application were ended from the console
    LeakSuspected,        // a lease is held for too long
    OperationTimedOut,    // a lease was cut at its deadline
    TransactionLeft,      // a lease came back in an open transaction, which was rolled back
    MachineSlept,         // every connection is looked at again
    ConfigurationWarning, // options that are valid and will hurt, or can't be had from this server
    HealthChanged,
    MonitorLost, // the console's own monitoring session failed
    MonitorRecovered,
    AlertBegan, // an incident, by the rules of core/alerts
    AlertEnded,
    AlertAcknowledged,
    AlertsMuted,
    RegistrationPassed,
    RegistrationFailed,
    DemoFault,     // the demo caused a fault on purpose
    ActionAudited, // who did what to which pool, with which outcome and why
    AuditFailed,   // the audit log's file could not be written
    CommandFailed,
};

// The groups that the event log filters by.
enum class EventGroup { Retries, Failures, Resets, Health, Other };

// An immutable record of one thing that happened. A value; it never holds a secret.
struct Event {
    EventId id; // given by the journal, increasing by one
    WallTime at{};
    std::string pool; // the pool's key (fleet) or name; empty when it concerns the console
    Severity severity = Severity::Info;
    EventKind kind = EventKind::PoolOpened;
    std::string text;     // one sentence with the numbers, for people
    std::string sqlState; // where there is one
    std::string detail;   // for engineers; may be empty

    std::optional<int> attempt; // retry events: this attempt, out of `limit`
    std::optional<int> limit;
    std::optional<std::chrono::milliseconds> delay;    // retry events: how long until the next attempt
    std::optional<std::chrono::milliseconds> duration; // recoveries, registrations: how long it took
    std::optional<int> count;                          // how many connections it concerns
};

// Short stable names for exports and logs: "retry_scheduled", "warning", "retries".
std::string_view nameOf(EventKind kind);
std::string_view nameOf(Severity severity);
std::string_view nameOf(EventGroup group);

EventGroup groupOf(EventKind kind);

} // namespace lifeguard
