// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/connection_test.h"

#include "core/postgres/conninfo.h"
#include "core/resilience/error_class.h"

namespace lifeguard {

namespace {

ConnectionStep step(const std::string& name, bool ok, TimePoint begin, std::string text)
{
    return {name, ok, std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin), std::move(text)};
}

std::string withAdvice(const DatabaseError& error)
{
    const std::string_view advice = classify(error, Phase::Connect).advice;
    return describe(error) + (advice.empty() ? "" : ". " + std::string(advice));
}

std::string quoted(const std::string& role)
{
    std::string text = "\"";
    for (const char letter : role)
        text += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return text + "\"";
}

struct Right {
    std::string step;
    std::string sql;    // one row, one boolean
    std::string role;   // the predefined role that gives it
    std::string allows; // what it is for
};

const std::vector<Right>& rights()
{
    static const std::vector<Right> kRights{
        {"Read other sessions",
         "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')"
         " OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)",
         "pg_monitor", "to see the pools of other users' applications"},
        {"End other sessions",
         "SELECT pg_has_role(current_user, 'pg_signal_backend', 'USAGE')"
         " OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)",
         "pg_signal_backend", "to reset other users' pools"},
    };
    return kRights;
}

ConnectionStep testRight(PostgresSession& session, const Right& right, const std::string& user, TimePoint deadline)
{
    const TimePoint begin = Clock::now();
    const auto rows = session.run(right.sql, {}, deadline);
    if (!rows)
        return step(right.step, false, begin, describe(rows.error()));
    if (textAt(*rows, 0, 0) == "t")
        return step(right.step, true, begin, "allowed");
    return step(right.step, true, begin,
                "not allowed; " + right.allows + ": GRANT " + right.role + " TO " + quoted(user));
}

} // namespace

std::vector<ConnectionStep> testConnection(const std::string& connection, const SessionSettings& settings,
                                           TimePoint deadline)
{
    TimePoint begin = Clock::now();
    const auto parameters = parseConnection(connection);
    if (!parameters)
        return {step("Options", false, begin, describe(parameters.error()))};
    std::vector<ConnectionStep> steps{step("Options", true, begin, targetOf(*parameters).display)};

    begin = Clock::now();
    const std::atomic<bool> never{false};
    const auto session = PostgresConnector(connection, settings).openPostgres(deadline, never);
    if (!session) {
        steps.push_back(step("Log in", false, begin, withAdvice(session.error())));
        return steps;
    }
    const auto who = (*session)->run("SELECT current_user", {}, deadline);
    const std::string user = who ? textAt(*who, 0, 0) : std::string();
    steps.push_back(step("Log in", true, begin,
                         "PostgreSQL " + (*session)->server().version + " as " + user
                             + ((*session)->local()                ? ", unix socket"
                                : (*session)->encryption().empty() ? ", TCP without TLS"
                                                                   : ", " + (*session)->encryption())));
    begin = Clock::now();
    if (const auto error = (*session)->validate(deadline)) {
        steps.push_back(step("Validate (SELECT 1)", false, begin, withAdvice(*error)));
        return steps;
    }
    steps.push_back(step("Validate (SELECT 1)", true, begin, "answered"));
    for (const Right& right : rights())
        steps.push_back(testRight(**session, right, user, deadline));
    return steps;
}

} // namespace lifeguard
