// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/fleet_commands.h"

#include "core/base/duration_text.h"
#include "core/fleet/explain.h"
#include "core/registration/run_test_registration.h"
#include "core/resilience/error_class.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace lifeguard {

namespace {

constexpr std::chrono::seconds kConnectionTest{10}; // for all its steps; a cold serverless database takes some of it

const char* wordOf(ResetKind kind)
{
    return kind == ResetKind::Soft ? "Soft" : "Hard";
}

Refusal refusalOf(std::string what, const DatabaseError& error, Phase phase)
{
    return {std::move(what) + ": " + explain(error), error.sqlState, std::string(classify(error, phase).advice)};
}

// A SQLSTATE in front of a text, as describe() writes it.
std::string sqlStateIn(const std::string& text)
{
    constexpr std::size_t kLength = 5;
    const auto isStateChar = [](unsigned char each) { return std::isdigit(each) != 0 || std::isupper(each) != 0; };
    if (text.size() <= kLength || text[kLength] != ' '
        || !std::all_of(text.begin(), text.begin() + kLength, isStateChar))
        return {};
    return text.substr(0, kLength);
}

std::string adviceFor(const std::string& sqlState, const std::string& text)
{
    if (sqlState.empty())
        return {};
    return std::string(classify({ErrorSign::Server, sqlState, text, {}}, Phase::Connect).advice);
}

} // namespace

FleetCommands::FleetCommands(const FleetOptions& options, PoolManager& manager, std::shared_ptr<Driver> driver,
                             std::shared_ptr<const TimeSource> time, Journal& journal)
    : m_options(options)
    , m_manager(manager)
    , m_driver(std::move(driver))
    , m_time(std::move(time))
    , m_journal(journal)
    , m_audit(options.auditFile, journal)
{
}

CommandOutcome FleetCommands::execute(const Command& command)
{
    const std::string target = targetOf(command); // before: a pool that was closed has none
    if (const std::string why = whyReadOnly(command); !why.empty())
        return refuse(command, why,
                      m_options.readOnly ? "Start Lifeguard without --read-only to act."
                                         : "Take readOnly out of the profile and open it again to act.");
    CommandOutcome outcome = std::visit([this](const auto& each) { return run(each); }, command);
    audit(command, target, outcome.ok ? AuditResult::Done : AuditResult::Failed, outcome);
    return outcome;
}

CommandOutcome FleetCommands::refuse(const Command& command, const std::string& why, const std::string& advice)
{
    CommandOutcome outcome = failed(poolOf(command), {titleOf(command) + " was not begun: " + why, {}, advice});
    audit(command, targetOf(command), AuditResult::Refused, outcome);
    return outcome;
}

std::string FleetCommands::whyReadOnly(const Command& command) const
{
    if (!actsOnPool(command))
        return {};
    if (m_options.readOnly)
        return "this console is read-only";
    const PoolKey key = poolOf(command);
    if (const auto managed = m_manager.find(key))
        return managed->profile.readOnly ? "its profile is read-only" : std::string();
    const std::optional<Target> seen = seenOn(key);
    const auto readOnly = seen ? m_manager.readOnlyOn(seen->server) : nullptr;
    return readOnly ? "its server is watched through " + quoted(readOnly->key) + ", which is read-only" : std::string();
}

std::optional<Target> FleetCommands::seenOn(const PoolKey& key) const
{
    for (const auto& monitor : m_manager.monitors()) {
        const auto state = monitor->state(); // kept while it is walked over: the monitor has a new one soon
        for (const SeenPool& seen : state->seen)
            if (seen.key == key)
                return Target{monitor->server(), seen.pool.database, seen.pool.user,
                              monitor->server() + "/" + seen.pool.database};
    }
    return std::nullopt;
}

std::string FleetCommands::targetOf(const Command& command) const
{
    if (const auto* open = std::get_if<OpenProfile>(&command)) {
        const tl::expected<Target, DatabaseError> target = m_driver->parse(open->profile.connection);
        return target ? target->display : std::string();
    }
    const PoolKey key = poolOf(command);
    if (const auto managed = m_manager.find(key))
        return managed->target.display;
    const std::optional<Target> seen = seenOn(key);
    return seen ? seen->display : std::string();
}

void FleetCommands::audit(const Command& command, const std::string& target, AuditResult result,
                          const CommandOutcome& outcome)
{
    const std::string_view action = actionOf(command);
    if (action.empty()) // it only looks
        return;
    m_audit.append({m_time->wallNow(), m_options.actor, std::string(action), titleOf(command), poolOf(command), target,
                    result, outcome.summary, outcome.sqlState, reasonOf(command)});
}

CommandOutcome FleetCommands::run(const ResetPool& command)
{
    if (const auto managed = m_manager.find(command.pool))
        return resetManaged(*managed, command.kind);
    for (const auto& monitor : m_manager.monitors()) {
        const std::shared_ptr<const MonitorState> state = monitor->state();
        for (const SeenPool& seen : state->seen)
            if (seen.key == command.pool)
                return resetObserved(*monitor, seen, command.kind);
    }
    return noSuchPool(command.pool, std::string(wordOf(command.kind)) + " reset");
}

CommandOutcome FleetCommands::resetManaged(const ManagedPool& managed, ResetKind kind)
{
    const PoolSnapshot before = managed.pool->snapshot();
    if (before.state != PoolState::Running)
        return failed(managed.key, {std::string(wordOf(kind)) + " reset of " + quoted(managed.key)
                                        + " failed: the pool is " + std::string(nameOf(before.state)),
                                    {},
                                    {}});
    if (kind == ResetKind::Soft)
        managed.pool->softReset(m_options.actor);
    else
        managed.pool->hardReset(m_options.actor);
    managed.monitor->wake();
    CommandOutcome outcome; // its event is the pool's own
    outcome.ok = true;
    outcome.summary = std::string(wordOf(kind)) + " reset of " + quoted(managed.key) + " (" + managed.target.display
                      + "): idle connections are being replaced, "
                      + (kind == ResetKind::Soft ? "leased ones follow when they come back" : "leased ones were cut");
    return outcome;
}

CommandOutcome FleetCommands::resetObserved(ServerMonitor& monitor, const SeenPool& seen, ResetKind kind)
{
    const std::string what = std::string(wordOf(kind)) + " reset of " + quoted(displayName(seen.pool)) + " ("
                             + seen.pool.user + " from " + seen.pool.clientHost + ") on " + monitor.server() + "/"
                             + seen.pool.database;
    tl::expected<std::vector<EndReport>, DatabaseError> reports = monitor.end(seen.key, kind);
    if (!reports)
        return failed(seen.key, refusalOf(what + " failed", reports.error(), Phase::Connect));
    return reportReset(seen, what, std::move(*reports));
}

CommandOutcome FleetCommands::reportReset(const SeenPool& seen, const std::string& what, std::vector<EndReport> reports)
{
    const auto count = [&reports](EndOutcome outcome) {
        return static_cast<int>(std::count_if(
            reports.begin(), reports.end(), [outcome](const EndReport& report) { return report.outcome == outcome; }));
    };
    const int ended = count(EndOutcome::Ended);
    const int refused = count(EndOutcome::Refused);
    CommandOutcome outcome;
    outcome.ok = refused == 0;
    outcome.summary = what + " by " + m_options.actor + ": ";
    if (reports.empty())
        outcome.summary += "it had no connection to end";
    else
        outcome.summary += std::to_string(ended) + " ended, " + std::to_string(count(EndOutcome::AlreadyGone))
                           + " already gone, " + std::to_string(refused) + " refused";
    for (const EndReport& report : reports)
        if (report.outcome == EndOutcome::Refused && outcome.advice.empty()) {
            outcome.summary += " (" + report.reason + ")";
            outcome.sqlState = sqlStateIn(report.reason);
            outcome.advice =
                outcome.sqlState == "42501"
                    ? "Grant the console's role pg_signal_backend. Superusers' sessions only a superuser can end."
                    : adviceFor(outcome.sqlState, report.reason);
            break;
        }
    outcome.ended = std::move(reports);
    tell(seen.key, EventKind::ServerReset, outcome.ok ? Severity::Info : Severity::Warning, outcome);
    return outcome;
}

CommandOutcome FleetCommands::run(const RunTestRegistration& command)
{
    const std::string what = "Test registration";
    const auto managed = m_manager.find(command.pool);
    if (!managed)
        return noSuchPool(command.pool, what);
    CommandOutcome outcome;
    outcome.registration =
        runTestRegistration({*managed->pool, [this](Session& session) { return m_driver->registrationSteps(session); },
                             "test registration by " + m_options.actor});
    const RegistrationResult& result = *outcome.registration;
    outcome.ok = result.passed;
    outcome.sqlState = result.sqlState;
    outcome.summary = what + " through " + quoted(command.pool) + " (" + managed->target.display + ") ";
    if (result.passed)
        outcome.summary += "passed in " + durationText(result.total) + " and was rolled back";
    else
        outcome.summary += "failed at " + std::string(nameOf(*result.failedAt)) + " after " + durationText(result.total)
                           + ": " + result.error;
    if (!result.passed)
        outcome.advice = adviceFor(result.sqlState, result.error);
    tell(command.pool, result.passed ? EventKind::RegistrationPassed : EventKind::RegistrationFailed,
         result.passed ? Severity::Ok : Severity::Critical, outcome);
    return outcome;
}

CommandOutcome FleetCommands::run(const RunHealthChecks& command)
{
    const auto managed = m_manager.find(command.pool);
    if (!managed)
        return noSuchPool(command.pool, "Health checks");
    const std::string what = "Health checks of " + quoted(command.pool) + " (" + managed->target.display + ")";
    const tl::expected<std::vector<CheckView>, DatabaseError> views = managed->monitor->checkNow(command.pool);
    if (!views)
        return failed(command.pool, refusalOf(what + " failed", views.error(), Phase::Connect));
    CommandOutcome outcome;
    std::string bad;
    int good = 0;
    for (const CheckView& view : *views) {
        if (view.newest.status == HealthStatus::Ok) {
            ++good;
            continue;
        }
        bad += "; " + std::string(titleOf(view.kind)) + " " + std::string(nameOf(view.newest.status)) + ": "
               + view.newest.text;
        if (outcome.sqlState.empty())
            outcome.sqlState = view.newest.sqlState;
    }
    outcome.ok = bad.empty();
    outcome.summary = what + " by " + m_options.actor + ": " + std::to_string(good) + " of "
                      + std::to_string(views->size()) + " ok" + bad;
    outcome.advice = adviceFor(outcome.sqlState, bad);
    tell(command.pool, EventKind::HealthChanged, outcome.ok ? Severity::Ok : Severity::Warning, outcome);
    return outcome;
}

CommandOutcome FleetCommands::run(const OpenProfile& command)
{
    if (std::optional<Refusal> refusal = m_manager.open(command.profile, command.password))
        return failed({}, std::move(*refusal));
    CommandOutcome outcome; // its event is the pool's own
    outcome.ok = true;
    outcome.summary = "Opened " + quoted(command.profile.name);
    if (const auto managed = m_manager.find(command.profile.name))
        outcome.summary += " (" + managed->target.display + ")";
    return outcome;
}

CommandOutcome FleetCommands::run(const ClosePool& command)
{
    if (!m_manager.close(command.pool))
        return noSuchPool(command.pool, "Closing");
    CommandOutcome outcome; // its event is the pool's own
    outcome.ok = true;
    outcome.summary = "Closed " + quoted(command.pool);
    return outcome;
}

CommandOutcome FleetCommands::run(const TestConnection& command)
{
    const tl::expected<Target, DatabaseError> target = m_driver->parse(command.profile.connection);
    CommandOutcome outcome;
    outcome.steps = m_driver->test(command.profile, command.password, m_time->now() + kConnectionTest);
    const auto bad =
        std::find_if(outcome.steps.begin(), outcome.steps.end(), [](const ConnectionStep& step) { return !step.ok; });
    outcome.summary = "Connection test of " + (target ? target->display : quoted(command.profile.name)) + " ";
    outcome.ok = bad == outcome.steps.end() && !outcome.steps.empty();
    if (outcome.ok) {
        outcome.summary += "passed: " + std::to_string(outcome.steps.size()) + " steps";
    } else if (outcome.steps.empty()) {
        outcome.summary += "gave no answer";
    } else {
        outcome.summary += "failed at " + quoted(bad->name) + ": " + bad->text;
        outcome.sqlState = sqlStateIn(bad->text);
        outcome.advice = adviceFor(outcome.sqlState, bad->text);
        if (!target && outcome.advice.empty())
            outcome.advice = classify(target.error(), Phase::Connect).advice;
    }
    tell({}, outcome.ok ? EventKind::HealthChanged : EventKind::CommandFailed,
         outcome.ok ? Severity::Ok : Severity::Warning, outcome);
    return outcome;
}

CommandOutcome FleetCommands::noSuchPool(const PoolKey& key, const std::string& what)
{
    for (const auto& monitor : m_manager.monitors()) {
        const auto state = monitor->state(); // kept while it is walked over: the monitor has a new one soon
        for (const SeenPool& seen : state->seen)
            if (seen.key == key)
                return failed(key, {what + " needs a pool of the console's own; " + quoted(displayName(seen.pool))
                                        + " belongs to an application",
                                    {},
                                    "Open a profile for this database and choose its pool."});
    }
    return failed(key, {what + " failed: there is no pool " + quoted(key) + " (any more)", {}, {}});
}

CommandOutcome FleetCommands::failed(const PoolKey& pool, Refusal refusal)
{
    CommandOutcome outcome;
    outcome.summary = std::move(refusal.text);
    outcome.sqlState = std::move(refusal.sqlState);
    outcome.advice = std::move(refusal.advice);
    tell(pool, EventKind::CommandFailed, Severity::Warning, outcome);
    return outcome;
}

void FleetCommands::tell(const PoolKey& pool, EventKind kind, Severity severity, const CommandOutcome& outcome)
{
    Event event;
    event.at = m_time->wallNow();
    event.pool = pool;
    event.kind = kind;
    event.severity = severity;
    event.text = outcome.summary;
    event.sqlState = outcome.sqlState;
    event.detail = outcome.advice;
    if (outcome.registration)
        event.duration = std::chrono::duration_cast<std::chrono::milliseconds>(outcome.registration->total);
    if (kind == EventKind::ServerReset)
        event.count =
            static_cast<int>(std::count_if(outcome.ended.begin(), outcome.ended.end(), [](const EndReport& report) {
                return report.outcome == EndOutcome::Ended;
            }));
    m_journal.append(std::move(event));
}

} // namespace lifeguard
