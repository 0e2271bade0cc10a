// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/resilience/backoff.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeguard {

// What is done with a connection when it comes back, before it is lent again.
enum class ResetOnRelease {
    None,       // nothing; one that comes back in an open transaction is closed
    Rollback,   // an open transaction is rolled back. What its user has SET, prepared or locked stays
    DiscardAll, // besides, nothing of its user stays (SQL's DISCARD ALL): two round trips or more each time
};
std::string_view nameOf(ResetOnRelease reset); // "none", "rollback", "discard all"
std::optional<ResetOnRelease> resetNamed(std::string_view name);

// Every setting of a pool, with its unit and the reason for its default. A plain value; check it with validate().
struct PoolOptions {
    int minSize = 1;  // connections kept ready, so that the first caller after a quiet time needn't wait for a login
    int maxSize = 10; // 2 to 4 per server core is the usual optimum; ten suits a small server

    std::chrono::milliseconds acquireTimeout{5'000}; // people give up on a page at about this time
    std::chrono::milliseconds connectTimeout{
        5'000}; // a cold serverless database takes seconds, a local one milliseconds
    std::chrono::milliseconds validationTimeout{2'000}; // a round trip that takes longer is as good as lost
    std::chrono::milliseconds statementTimeout{
        30'000};                              // set on each connection; ends runaway queries. 0 leaves the server's own
    std::chrono::milliseconds lockTimeout{0}; // set on each connection; how long a statement waits for a lock. 0 leaves
                                              // the server's own, since the statement time-out counts that wait, too
    std::chrono::milliseconds idleInTransactionTimeout{
        0}; // set on each connection; the server ends one that is idle in a transaction for so long. 0 leaves the
            // server's own: the pool reports such a lease, and only its application knows how long it may think
    std::chrono::milliseconds idleTimeout{
        180'000}; // above min; below the 5 min at which serverless databases and balancers cut
    std::chrono::milliseconds bypassWindow{500};      // a connection used this recently is lent without a round trip
    std::chrono::milliseconds maxLifetime{1'800'000}; // connections are renewed after this, so that none grows old
    double lifetimeJitter = 0.1; // lifetimes are spread by this share (0..1), so that connections opened together
                                 // don't all end together
    std::chrono::milliseconds keepaliveInterval{0}; // idle connections are asked so often; 0 is off, since the server's
                                                    // TCP does it and a query keeps a serverless database awake
    std::chrono::milliseconds sleepAfter{0}; // when nobody has asked for so long, all connections are closed, those of
                                             // the minimum as well, and nothing is asked of the server until the
                                             // next caller: a serverless database can suspend. 0 is never
    std::chrono::milliseconds wakeTimeout{30'000}; // for the first connection after that, in place of the connect and
                                                   // acquire time-outs, if it is longer: the database has to start
    std::chrono::milliseconds operationTimeout{
        35'000}; // an operation that waits for longer for its answer is cut, unless its lease has a deadline; above the
                 // statement time-out, so that the server ends the statement first where it can. 0 is no limit
    std::chrono::milliseconds leakThreshold{30'000};   // a lease held for longer is reported with its holder
    std::chrono::milliseconds shutdownTimeout{10'000}; // how long shutdown waits for leases before it cuts them
    std::chrono::milliseconds fairnessBound{
        4}; // a newcomer may overtake a caller who has waited for less, where connections are in use for under half a
            // millisecond each; above it the order is strict. Every change of hands moves the connection and its
            // server process to other processors' caches: 1 ms costs a tenth of the throughput of tests/bench's row B
    int maxOpening = 2; // connections opened at the same time; more would only make each login slower

    std::chrono::milliseconds circuitOpenTime{5'000}; // how long the server is left alone after a failed series

    // SQL that each connection runs once after its login, in this order, before it is lent, and once more after each
    // DISCARD ALL; none by default. When one fails the connection is not used.
    std::vector<std::string> sessionSetUp;
    ResetOnRelease resetOnRelease = ResetOnRelease::Rollback; // costs nothing where no transaction was left open
    bool needsWritable = false; // only a server that can be written to will do, and another one is looked for when it
                                // turns read-only. Off, since a pool may be meant for a standby; on anyway when the
                                // connection string says target_session_attrs=read-write or =primary

    BackoffPolicy backoff; // 5 attempts: 0, 0.5, 1, 2, 4 s: longer than the acquire time-out, so the deadline rules

    bool operator==(const PoolOptions&) const = default;
};

struct OptionProblem {
    std::string field; // "maxSize"
    std::string message;
};

// Every problem, not only the first; empty when the options can be used. Nothing is repaired silently.
std::vector<OptionProblem> validate(const PoolOptions& options);

// The presets by name.
enum class Preset { Default, Serverless, HighConcurrency };
PoolOptions optionsFor(Preset preset);
std::string_view nameOf(Preset preset);        // "default", "serverless", "high-concurrency"
std::string_view explanationOf(Preset preset); // why one would choose it
std::optional<Preset> presetNamed(std::string_view name);

} // namespace lifeguard
