// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/health_probe.h"

#include "core/base/duration_text.h"
#include "core/resilience/error_class.h"

namespace lifeguard {

namespace {

// A round trip slower than this is felt by every caller; a login may take more (it forks a process).
constexpr std::chrono::milliseconds kSlowLogin{1'000};
constexpr std::chrono::milliseconds kSlowAnswer{250};

CheckResult answered(CheckKind kind, TimePoint begin, std::chrono::milliseconds slow, const std::string& remark = {})
{
    CheckResult result;
    result.kind = kind;
    result.at = Clock::now();
    result.took = std::chrono::duration_cast<std::chrono::microseconds>(result.at - begin);
    result.status = result.took > slow ? HealthStatus::Degraded : HealthStatus::Ok;
    result.text = durationText(result.took) + (result.status == HealthStatus::Degraded ? " (slow)" : "") + remark;
    return result;
}

CheckResult failed(CheckKind kind, TimePoint begin, const DatabaseError& error)
{
    CheckResult result;
    result.kind = kind;
    result.at = Clock::now();
    result.took = std::chrono::duration_cast<std::chrono::microseconds>(result.at - begin);
    result.status = HealthStatus::Failing;
    result.sqlState = error.sqlState;
    result.text =
        error.sqlState == "53300" ? std::string(classify(error, Phase::Connect).meaning) + " (53300)" : describe(error);
    return result;
}

CheckResult notAsked(CheckKind kind, const std::string& why)
{
    CheckResult result;
    result.kind = kind;
    result.at = Clock::now();
    result.text = "not asked: " + why;
    return result;
}

std::string transportOf(const PostgresSession& session)
{
    if (session.local())
        return " · unix socket";
    const std::string encryption = session.encryption();
    return encryption.empty() ? " · TCP" : " · " + encryption;
}

CheckResult validate(PostgresSession& session, TimePoint deadline)
{
    const TimePoint begin = Clock::now();
    if (const auto error = session.validate(deadline))
        return failed(CheckKind::Validate, begin, *error);
    return answered(CheckKind::Validate, begin, kSlowAnswer);
}

// A write without an object of its own: a message in the write-ahead log, inside a transaction that is rolled back. It
// takes a transaction id and writes to the log as any write does, needs no table and no right, leaves no dead row, and
// a standby refuses it (25006).
CheckResult writeRolledBack(PostgresSession& session, TimePoint deadline)
{
    const TimePoint begin = Clock::now();
    for (const char* sql :
         {"BEGIN READ WRITE", "SELECT pg_logical_emit_message(true, 'lifeguard', 'health check')", "ROLLBACK"})
        if (const auto rows = session.run(sql, {}, deadline); !rows)
            return failed(CheckKind::WriteRolledBack, begin, rows.error());
    return answered(CheckKind::WriteRolledBack, begin, kSlowAnswer);
}

} // namespace

PostgresHealthProbe::PostgresHealthProbe(PostgresConnector connector) : m_connector(std::move(connector)) {}

std::vector<CheckResult> PostgresHealthProbe::run(TimePoint deadline)
{
    const TimePoint begin = Clock::now();
    const auto session = m_connector.openPostgres(deadline, m_never);
    if (!session)
        return {failed(CheckKind::Connect, begin, session.error()), notAsked(CheckKind::Validate, "no connection"),
                notAsked(CheckKind::WriteRolledBack, "no connection")};
    std::vector<CheckResult> results{answered(CheckKind::Connect, begin, kSlowLogin, transportOf(**session))};
    results.push_back(validate(**session, deadline));
    results.push_back(results.back().status == HealthStatus::Failing
                          ? notAsked(CheckKind::WriteRolledBack, "the session doesn't answer")
                          : writeRolledBack(**session, deadline));
    return results;
}

} // namespace lifeguard
