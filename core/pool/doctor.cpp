// SPDX-License-Identifier: Apache-2.0
#include "core/pool/doctor.h"

#include "core/base/duration_text.h"

namespace lifeguard {

namespace {

using std::chrono::milliseconds;
using Warning = std::optional<ConfigurationWarning>;

// A rule that needs a number nobody knows finds nothing.
using Rule = Warning (*)(const PoolOptions&, const Surroundings&);

// The server's limit, where it has one.
std::optional<milliseconds> limitOf(const Surroundings& around, std::optional<milliseconds> ServerFacts::*setting)
{
    if (!around.server || !((*around.server).*setting) || *((*around.server).*setting) == milliseconds{0})
        return std::nullopt;
    return (*around.server).*setting;
}

Warning idleTooLong(const PoolOptions& options, const Surroundings& around)
{
    std::optional<milliseconds> limit = limitOf(around, &ServerFacts::idleSessionTimeout);
    std::string whose = "the server (idle_session_timeout)";
    if (around.proxy && (!limit || around.proxy->idleTimeout < *limit)) {
        limit = around.proxy->idleTimeout;
        whose = around.proxy->name;
    }
    if (!limit || options.idleTimeout < *limit)
        return std::nullopt;
    return ConfigurationWarning{"idle_timeout_too_long", "idleTimeout",
                                "Idle connections are kept for " + durationText(options.idleTimeout) + ", but " + whose
                                    + " ends them after " + durationText(*limit) + ": callers will meet dead ones",
                                "Set idleTimeout well below " + durationText(*limit) + "; just below would be a race."};
}

Warning acquireBelowConnect(const PoolOptions& options, const Surroundings&)
{
    if (options.acquireTimeout >= options.connectTimeout)
        return std::nullopt;
    return ConfigurationWarning{"acquire_below_connect", "acquireTimeout",
                                "A caller gives up after " + durationText(options.acquireTimeout)
                                    + ", while opening a connection may take " + durationText(options.connectTimeout)
                                    + ": after a slow login nobody is left who wanted it",
                                "Raise acquireTimeout to connectTimeout, or lower connectTimeout."};
}

Warning poolsAboveServer(const PoolOptions& options, const Surroundings& around)
{
    if (!around.server || around.server->maxConnections == 0)
        return std::nullopt;
    const int free = around.server->maxConnections - around.server->reservedConnections;
    const int wanted = options.maxSize + around.maxSizeOfOthers;
    if (wanted <= free)
        return std::nullopt;
    const std::string others = around.otherPools == 0   ? std::string()
                               : around.otherPools == 1 ? " with another pool"
                                                        : " with " + std::to_string(around.otherPools) + " other pools";
    return ConfigurationWarning{
        "pools_above_server", "maxSize",
        "This pool may open" + others + " " + std::to_string(wanted) + " connections, but the server has "
            + std::to_string(free) + " (max_connections " + std::to_string(around.server->maxConnections) + ", "
            + std::to_string(around.server->reservedConnections) + " reserved): some will be refused (53300)",
        "Lower maxSize, or raise max_connections; 2 to 4 connections per core of the server are the usual optimum."};
}

Warning lifetimeWithoutJitter(const PoolOptions& options, const Surroundings&)
{
    if (options.lifetimeJitter > 0 || options.maxSize == 1)
        return std::nullopt;
    return ConfigurationWarning{"lifetime_without_jitter", "lifetimeJitter",
                                "Connections that are opened together end together after "
                                    + durationText(options.maxLifetime) + ", and all callers wait for logins then",
                                "Set lifetimeJitter to 0.1."};
}

Warning keepaliveKeepsAwake(const PoolOptions& options, const Surroundings& around)
{
    if (options.keepaliveInterval == milliseconds{0} || !around.proxy || !around.proxy->sleeps)
        return std::nullopt;
    return ConfigurationWarning{"keepalive_keeps_awake", "keepaliveInterval",
                                "A query every " + durationText(options.keepaliveInterval) + " keeps "
                                    + std::string(around.proxy->name) + " from being suspended, and its time is billed",
                                "Set keepaliveInterval to 0 and sleepAfter below "
                                    + durationText(around.proxy->idleTimeout) + "."};
}

Warning keepaliveAgainstSleep(const PoolOptions& options, const Surroundings&)
{
    if (options.keepaliveInterval == milliseconds{0} || options.sleepAfter == milliseconds{0})
        return std::nullopt;
    return ConfigurationWarning{"keepalive_against_sleep", "keepaliveInterval",
                                "The pool asks its idle connections every " + durationText(options.keepaliveInterval)
                                    + " to keep them, and lets go of them all after " + durationText(options.sleepAfter)
                                    + " without a caller: the database is kept awake for as long as that",
                                "Set one of keepaliveInterval and sleepAfter to 0."};
}

Warning sleepsTooLate(const PoolOptions& options, const Surroundings& around)
{
    if (!around.proxy || !around.proxy->sleeps)
        return std::nullopt;
    if (options.sleepAfter > milliseconds{0} ? options.sleepAfter < around.proxy->idleTimeout : options.minSize == 0)
        return std::nullopt;
    return ConfigurationWarning{
        "sleeps_too_late", "sleepAfter",
        std::string(around.proxy->name) + " suspends the database after " + durationText(around.proxy->idleTimeout)
            + " without a query and ends its connections; the pool "
            + (options.sleepAfter > milliseconds{0} ? "keeps its own for " + durationText(options.sleepAfter)
                                                    : "keeps its minimum open, and wakes the database to replace them"),
        "Set sleepAfter below " + durationText(around.proxy->idleTimeout) + ", as the preset serverless does."};
}

Warning statementAboveOperation(const PoolOptions& options, const Surroundings& around)
{
    if (options.operationTimeout == milliseconds{0})
        return std::nullopt;
    const bool own = options.statementTimeout > milliseconds{0};
    if (!own && (!around.server || !around.server->statementTimeout))
        return std::nullopt;
    const milliseconds statement = own ? options.statementTimeout : *around.server->statementTimeout;
    const bool endless = statement == milliseconds{0};
    if (!endless && statement <= options.operationTimeout)
        return std::nullopt;
    return ConfigurationWarning{
        "statement_above_operation", "statementTimeout",
        "An operation is cut off after " + durationText(options.operationTimeout) + ", but its statement may run "
            + (endless ? std::string("without an end") : "for " + durationText(statement))
            + ": the server goes on working for nobody, and the connection is lost instead of the statement",
        "Set statementTimeout to at most operationTimeout."};
}

Warning lockAboveStatement(const PoolOptions& options, const Surroundings&)
{
    const bool both = options.lockTimeout > milliseconds{0} && options.statementTimeout > milliseconds{0};
    if (!both || options.lockTimeout < options.statementTimeout)
        return std::nullopt;
    return ConfigurationWarning{"lock_above_statement", "lockTimeout",
                                "A statement is ended after " + durationText(options.statementTimeout)
                                    + ", waits for locks included, so the lock time-out of "
                                    + durationText(options.lockTimeout)
                                    + " never comes first: a lock that somebody holds looks like a slow statement",
                                "Set lockTimeout below statementTimeout."};
}

Warning leakToldTooLate(const PoolOptions& options, const Surroundings& around)
{
    std::optional<milliseconds> limit = options.idleInTransactionTimeout;
    if (*limit == milliseconds{0})
        limit = limitOf(around, &ServerFacts::idleInTransactionTimeout);
    if (!limit || options.leakThreshold < *limit)
        return std::nullopt;
    return ConfigurationWarning{"leak_told_too_late", "leakThreshold",
                                "The server ends a forgotten transaction after " + durationText(*limit)
                                    + " (idle_in_transaction_session_timeout), before the pool says after "
                                    + durationText(options.leakThreshold) + " who forgot it",
                                "Set leakThreshold below " + durationText(*limit) + "."};
}

constexpr Rule kRules[]{idleTooLong,         acquireBelowConnect,   poolsAboveServer, lifetimeWithoutJitter,
                        keepaliveKeepsAwake, keepaliveAgainstSleep, sleepsTooLate,    statementAboveOperation,
                        lockAboveStatement,  leakToldTooLate};

} // namespace

std::optional<Proxy> proxyAt(std::string_view host)
{
    const auto has = [host](std::string_view part) { return host.find(part) != std::string_view::npos; };
    if (has(".neon.tech")) // suspends after five minutes by default
        return Proxy{"Neon", std::chrono::minutes{5}, true};
    if (has(".proxy-") && has(".rds.amazonaws.com"))
        return Proxy{"RDS Proxy", std::chrono::minutes{30}, false};
    return std::nullopt;
}

std::vector<ConfigurationWarning> examine(const PoolOptions& options, const Surroundings& surroundings)
{
    std::vector<ConfigurationWarning> warnings;
    for (const Rule rule : kRules)
        if (Warning warning = rule(options, surroundings))
            warnings.push_back(std::move(*warning));
    return warnings;
}

} // namespace lifeguard
