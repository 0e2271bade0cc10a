// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/connection_test.h"

#include "core/postgres/conninfo.h"
#include "core/postgres/pg_connect.h"
#include "core/postgres/primary_watch.h"
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
    ConnectionStep missing =
        step(right.step, true, begin, "not allowed; " + right.allows + ": GRANT " + right.role + " TO " + quoted(user));
    missing.warning = true;
    return missing;
}

std::string nameOf(ConnectPart part, bool local)
{
    switch (part) {
    case ConnectPart::Lookup:
        return "Name";
    case ConnectPart::Link:
        return local ? "Socket" : "TCP";
    case ConnectPart::Tls:
        return "TLS";
    case ConnectPart::Login:
        return "Log in";
    }
    return {};
}

std::string afterOthers(const ConnectTrace& trace)
{
    return trace.otherAttempts == 0 ? std::string()
                                    : ", after " + std::to_string(trace.otherAttempts) + " that failed elsewhere";
}

std::string wordsOf(ConnectPart part, const ConnectTrace& trace, PostgresSession& session)
{
    switch (part) {
    case ConnectPart::Lookup:
        return "found " + trace.address;
    case ConnectPart::Link:
        return "connected" + afterOthers(trace);
    case ConnectPart::Tls:
        return session.encryption().empty() ? "the server offers none" : session.encryption();
    case ConnectPart::Login:
        return "accepted";
    }
    return {};
}

// The parts of connecting that went well; with `session` empty the last one is where it failed.
std::vector<ConnectionStep> stepsOf(const ConnectTrace& trace, bool local, PostgresSession* session)
{
    std::vector<ConnectionStep> steps;
    for (const ConnectTrace::Part& part : trace.parts)
        steps.push_back({nameOf(part.part, local), true, part.took,
                         session != nullptr                 ? wordsOf(part.part, trace, *session)
                         : part.part == ConnectPart::Lookup ? "found " + trace.address
                                                            : "done"});
    return steps;
}

ConnectionStep testVersion(PostgresSession& session, TimePoint deadline, std::string& user)
{
    const TimePoint begin = Clock::now();
    const auto rows = session.run("SELECT current_user, pg_catalog.pg_is_in_recovery()", {}, deadline);
    if (!rows)
        return step("Version", false, begin, withAdvice(rows.error()));
    user = textAt(*rows, 0, 0);
    return step("Version", true, begin,
                "PostgreSQL " + session.server().version + " as " + user
                    + (textAt(*rows, 0, 1) == "t" ? ", a standby" : "")
                    + (session.local()                ? ", unix socket"
                       : session.encryption().empty() ? ", TCP without TLS"
                                                      : ", " + session.encryption()));
}

bool isLocal(const ConnectionParameters& parameters)
{
    const auto host = parameters.find("host");
    return targetOf(parameters).display.rfind("local:", 0) == 0
           || (host != parameters.end() && host->second.rfind('/', 0) == 0);
}

} // namespace

std::vector<ConnectionStep> testConnection(const std::string& connection, const SessionSettings& settings,
                                           TimePoint deadline)
{
    TimePoint begin = Clock::now();
    const auto read = parseConnection(connection);
    const auto parameters = read ? withRole(*read, settings) : read;
    if (!parameters)
        return {step("Options", false, begin, describe(parameters.error()))};
    std::vector<ConnectionStep> steps{step("Options", true, begin, targetOf(*parameters).display)};

    begin = Clock::now();
    const std::atomic<bool> never{false};
    ConnectTrace trace;
    auto connected = connect(*parameters, settings, deadline, never, 0, &trace);
    if (!connected) {
        for (ConnectionStep& each : stepsOf(trace, isLocal(*parameters), nullptr))
            steps.push_back(std::move(each));
        if (trace.parts.empty()) // libpq refused it before it began
            steps.push_back(step("Connect", false, begin, {}));
        steps.back().ok = false;
        steps.back().text = withAdvice(connected.error());
        return steps;
    }
    PostgresSession session(std::move(connected->connection),
                            {settings.resetOnRelease, settings.setUp, std::move(connected->setBySql)});
    for (ConnectionStep& each : stepsOf(trace, session.local(), &session))
        steps.push_back(std::move(each));
    begin = Clock::now();
    if (const auto error = session.setUp(deadline)) {
        steps.push_back(step("Set-up", false, begin, withAdvice(*error)));
        return steps;
    }
    std::string user;
    steps.push_back(testVersion(session, deadline, user));
    if (!steps.back().ok)
        return steps;
    for (const Right& right : rights())
        steps.push_back(testRight(session, right, user, deadline));
    return steps;
}

} // namespace lifeguard
