// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/server_probe.h"

#include <cstdlib>

namespace lifeguard {

namespace {

std::int64_t numberAt(const PgResult& result, int row, int column)
{
    return std::strtoll(textAt(result, row, column).c_str(), nullptr, 10);
}

std::chrono::milliseconds millisAt(const PgResult& result, int row, int column)
{
    return std::chrono::milliseconds{std::max<std::int64_t>(0, numberAt(result, row, column))};
}

// Milliseconds since a time, as a whole number; 0 for NULL. clock_timestamp(), since now() is the statement's start on
// a slow server.
std::string millisSince(const std::string& time)
{
    return "coalesce(round(extract(epoch FROM clock_timestamp() - " + time + ") * 1000), 0)::bigint";
}

const std::string& backendsSql()
{
    // Of a session that may not be read only pid, user, database and application are told; the rest is NULL, with
    // "<insufficient privilege>" as the query. Without its type a client is known by having both a user and a database,
    // which the server's own processes don't.
    static const std::string kSql =
        "SELECT pid, backend_start::text, coalesce(application_name, ''), "
        "coalesce(usename, ''), coalesce(datname, ''), "
        "CASE WHEN query = '<insufficient privilege>' THEN 'hidden' ELSE coalesce(host(client_addr), 'local') END, "
        "coalesce(state, ''), "
        "wait_event_type IS NOT DISTINCT FROM 'Lock', "
        + millisSince("xact_start") + ", " + millisSince("state_change")
        + ", application_name IS NOT DISTINCT FROM $1, query = '<insufficient privilege>', "
          "CASE WHEN application_name IS NOT DISTINCT FROM $1 THEN left(query, 1024) END"
          " FROM pg_stat_activity WHERE backend_type = 'client backend'"
          " OR (backend_type IS NULL AND usesysid IS NOT NULL AND datid IS NOT NULL)";
    return kSql;
}

} // namespace

PostgresServerProbe::PostgresServerProbe(PostgresConnector connector) : m_connector(std::move(connector)) {}

std::optional<DatabaseError> PostgresServerProbe::connect(TimePoint deadline)
{
    if (m_session && !m_session->peek())
        return std::nullopt;
    m_session.reset();
    auto session = m_connector.openPostgres(deadline, m_never);
    if (!session)
        return session.error();
    m_session = std::move(*session);
    return std::nullopt;
}

PostgresServerProbe::Rows PostgresServerProbe::ask(const std::string& sql, const std::vector<std::string>& parameters,
                                                   TimePoint deadline)
{
    return m_session->run(sql, parameters, deadline);
}

tl::expected<ServerActivity, DatabaseError> PostgresServerProbe::sample(TimePoint deadline)
{
    if (auto error = connect(deadline))
        return tl::unexpected(std::move(*error));
    const TimePoint begin = Clock::now(); // the cost of looking, without that of connecting
    ServerActivity activity;
    activity.version = m_session->server().version;
    using Step = std::optional<DatabaseError> (PostgresServerProbe::*)(ServerActivity&, TimePoint);
    for (const Step step :
         {&PostgresServerProbe::readSettings, &PostgresServerProbe::readBackends, &PostgresServerProbe::readStandbys})
        if (auto error = (this->*step)(activity, deadline)) {
            if (error->sqlState.empty() || error->sqlState.compare(0, 2, "57") == 0)
                m_session.reset(); // the link, not the statement
            return tl::unexpected(std::move(*error));
        }
    activity.at = Clock::now();
    activity.took = std::chrono::duration_cast<std::chrono::microseconds>(activity.at - begin);
    return activity;
}

std::optional<DatabaseError> PostgresServerProbe::readSettings(ServerActivity& activity, TimePoint deadline)
{
    const Rows rows = ask("SELECT current_setting('max_connections')::int, pg_is_in_recovery()", {}, deadline);
    if (!rows)
        return rows.error();
    activity.maxConnections = static_cast<int>(numberAt(*rows, 0, 0));
    activity.inRecovery = textAt(*rows, 0, 1) == "t";
    return std::nullopt;
}

std::optional<DatabaseError> PostgresServerProbe::readBackends(ServerActivity& activity, TimePoint deadline)
{
    const Rows rows = ask(backendsSql(), {m_connector.settings().applicationName}, deadline);
    if (!rows)
        return rows.error();
    for (int row = 0; row < PQntuples(rows->get()); ++row) {
        const bool hidden = textAt(*rows, row, 11) == "t";
        if (hidden)
            activity.restricted = true;
        ++activity.usedConnections;
        if (textAt(*rows, row, 10) == "t") {
            ++activity.ownConnections;
            if (!hidden)
                activity.ownStatements[static_cast<int>(numberAt(*rows, row, 0))] = textAt(*rows, row, 12);
            continue;
        }
        Backend backend;
        backend.pid = static_cast<int>(numberAt(*rows, row, 0));
        backend.backendStart = textAt(*rows, row, 1);
        backend.application = textAt(*rows, row, 2);
        backend.user = textAt(*rows, row, 3);
        backend.database = textAt(*rows, row, 4);
        backend.clientHost = textAt(*rows, row, 5);
        backend.state = hidden ? std::string() : textAt(*rows, row, 6);
        backend.waitingOnLock = textAt(*rows, row, 7) == "t";
        backend.transactionAge = millisAt(*rows, row, 8);
        backend.stateAge = millisAt(*rows, row, 9);
        activity.backends.push_back(std::move(backend));
    }
    return std::nullopt;
}

std::optional<DatabaseError> PostgresServerProbe::readStandbys(ServerActivity& activity, TimePoint deadline)
{
    if (activity.inRecovery) // pg_current_wal_lsn() is an error there, and a standby's own standbys are its primary's
                             // business
        return std::nullopt;
    // Whoever only keeps the WAL (pg_receivewal) replays nothing: what it has received counts. A standby that hasn't
    // said anything yet, or that our role may not read, has no position at all.
    const Rows rows = ask("SELECT coalesce(nullif(application_name, ''), host(client_addr), 'standby'), "
                          "pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, write_lsn))::bigint, "
                          "coalesce(round(extract(epoch FROM replay_lag) * 1000), 0)::bigint FROM pg_stat_replication"
                          " WHERE state IS DISTINCT FROM 'backup' ORDER BY 1",
                          {}, deadline);
    if (!rows)
        return rows.error();
    for (int row = 0; row < PQntuples(rows->get()); ++row)
        activity.standbys.push_back(
            {textAt(*rows, row, 0), numberAt(*rows, row, 1), millisAt(*rows, row, 2), !isNull(*rows, row, 1)});
    return std::nullopt;
}

tl::expected<std::vector<EndReport>, DatabaseError> PostgresServerProbe::end(const std::vector<Backend>& backends,
                                                                             ResetKind kind, TimePoint deadline)
{
    if (auto error = connect(deadline))
        return tl::unexpected(std::move(*error));
    std::vector<EndReport> reports;
    reports.reserve(backends.size());
    for (const Backend& backend : backends)
        reports.push_back(endOne(backend, kind, deadline));
    return reports;
}

EndReport PostgresServerProbe::endOne(const Backend& backend, ResetKind kind, TimePoint deadline)
{
    // The row is found first and ended after, so that the planner can't ask pg_terminate_backend() about another one.
    // Who may not read others' sessions sees no start of theirs, and can't be sure of whom it would end. A soft reset
    // looks at the state once more: a session that was idle may have begun a transaction since.
    const Rows rows =
        ask("WITH target AS MATERIALIZED (SELECT pid, backend_start IS NULL AS hidden,"
            " $4::bool AND state IS DISTINCT FROM 'idle' AS busy FROM pg_stat_activity WHERE pid = $1::int"
            " AND (backend_start IS NULL OR backend_start = nullif($2, '')::timestamptz)"
            " AND application_name IS DISTINCT FROM $3 AND pid <> pg_backend_pid())"
            " SELECT CASE WHEN hidden OR busy THEN NULL ELSE pg_terminate_backend(pid) END, hidden FROM target",
            {std::to_string(backend.pid), backend.backendStart, m_connector.settings().applicationName,
             kind == ResetKind::Soft ? "true" : "false"},
            deadline);
    if (!rows)
        return {backend.pid, EndOutcome::Refused, describe(rows.error())};
    if (PQntuples(rows->get()) == 0)
        return {backend.pid, EndOutcome::AlreadyGone, {}};
    if (isNull(*rows, 0, 0) && textAt(*rows, 0, 1) != "t")
        return {backend.pid, EndOutcome::Refused, "it is busy again: its user has begun to work meanwhile"};
    if (isNull(*rows, 0, 0))
        return {backend.pid, EndOutcome::Refused,
                "42501 this role may not read the session; it takes pg_monitor and pg_signal_backend"};
    if (textAt(*rows, 0, 0) != "t") // between the two looks it ended by itself
        return {backend.pid, EndOutcome::AlreadyGone, {}};
    return {backend.pid, EndOutcome::Ended, {}};
}

} // namespace lifeguard
