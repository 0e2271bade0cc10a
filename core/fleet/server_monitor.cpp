// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/server_monitor.h"

#include "core/base/duration_text.h"
#include "core/base/thread_name.h"
#include "core/fleet/check_round.h"
#include "core/fleet/explain.h"
#include "core/resilience/error_class.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lifeguard {

namespace {

// A server that doesn't answer is asked less and less often, down to once in five intervals: the return of a server is
// news, but a server in trouble has no need of more callers.
constexpr int kLongestPause = 5;

bool noRetryCanMend(const DatabaseError& error)
{
    return noRetryMends(classify(error, Phase::Connect).remedy);
}

} // namespace

// Takes m_io for a command, before the monitor's own thread takes it again: a mutex alone isn't fair, and on a server
// that hangs that thread would hardly ever let go.
class ServerMonitor::Visit {
  public:
    explicit Visit(ServerMonitor& monitor) : m_io(monitor.m_io, std::defer_lock)
    {
        announce(monitor, 1);
        m_io.lock();
        announce(monitor, -1);
    }

  private:
    static void announce(ServerMonitor& monitor, int visitors)
    {
        const std::lock_guard lock(monitor.m_mutex);
        monitor.m_visitors += visitors;
        monitor.m_woken = true; // after the visit the thread looks at what is due: the visit may have changed that
        monitor.m_wake.notify_all();
    }

    std::unique_lock<std::mutex> m_io;
};

ServerMonitor::ServerMonitor(MonitorSetup setup) : m_setup(std::move(setup))
{
    auto state = std::make_shared<MonitorState>();
    state->server.name = m_setup.server;
    m_state = std::move(state);
    m_thread = std::thread(&ServerMonitor::run, this);
}

ServerMonitor::~ServerMonitor()
{
    stop();
    join();
}

void ServerMonitor::join()
{
    if (m_thread.joinable())
        m_thread.join();
}

void ServerMonitor::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stop = true;
    m_wake.notify_all();
}

void ServerMonitor::add(MonitoredPool pool)
{
    auto member = std::make_unique<Member>();
    member->pool = std::move(pool);
    const Visit visit(*this);
    m_members.push_back(std::move(member));
    m_sampleStopped = false; // this one's login may be better
    m_nextSample = {};
    const std::lock_guard lock(m_mutex);
    m_watched = m_members.size();
    m_woken = true;
    m_wake.notify_all();
}

void ServerMonitor::remove(const PoolKey& key)
{
    const Visit visit(*this);
    std::erase_if(m_members, [&key](const auto& member) { return member->pool.key == key; });
    auto next = copyOfState();
    next->health.erase(key);
    publish(next);
    const std::lock_guard lock(m_mutex);
    m_watched = m_members.size();
}

bool ServerMonitor::empty() const
{
    const std::lock_guard lock(m_mutex);
    return m_watched == 0;
}

std::shared_ptr<const MonitorState> ServerMonitor::state() const
{
    const std::lock_guard lock(m_mutex);
    return m_state;
}

std::string ServerMonitor::statementOf(int backendPid) const
{
    const std::shared_ptr<const MonitorState> known = state();
    const auto found = known->statements.find(backendPid);
    return found == known->statements.end() ? std::string() : found->second;
}

void ServerMonitor::wake()
{
    const std::lock_guard lock(m_mutex);
    m_askAgain = true;
    m_woken = true;
    m_wake.notify_all();
}

void ServerMonitor::run()
{
    nameThisThread("lg-mon-" + m_setup.server);
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        m_woken = false;
        const bool again = std::exchange(m_askAgain, false);
        lock.unlock();
        TimePoint due{};
        {
            const std::lock_guard io(m_io);
            if (again)
                askAgain();
            due = step();
        }
        lock.lock();
        while (!m_stop && (m_visitors > 0 || (!m_woken && now() < due)))
            m_setup.time->waitUntil(m_wake, lock, m_visitors > 0 ? TimePoint::max() : due);
    }
}

void ServerMonitor::askAgain()
{
    m_sampleStopped = false;
    m_nextSample = {};
    for (const auto& member : m_members) {
        member->stopped = false;
        member->nextCheck = {};
    }
}

bool ServerMonitor::wanted()
{
    const std::lock_guard lock(m_mutex);
    return m_stop || m_visitors > 0;
}

TimePoint ServerMonitor::step()
{
    if (m_members.empty())
        return TimePoint::max(); // add() wakes
    if (rests())
        return now() + m_setup.activityInterval;
    if (!m_sampleStopped && now() >= m_nextSample)
        sample();
    TimePoint due = m_sampleStopped ? TimePoint::max() : m_nextSample;
    for (const auto& member : m_members) {
        if (wanted())
            return {}; // the rest is due at once
        if (member->asleep())
            member->nextCheck = now() + m_setup.activityInterval;
        else if (!member->stopped && now() >= member->nextCheck)
            check(*member);
        if (member->works && member->pool.examine && !member->asleep() && !wanted())
            examine(*member);
        if (!member->stopped)
            due = std::min(due, member->nextCheck);
    }
    return due;
}

bool ServerMonitor::rests()
{
    const bool all =
        std::all_of(m_members.begin(), m_members.end(), [](const auto& member) { return member->asleep(); });
    if (all == m_resting)
        return all;
    m_resting = all;
    m_nextSample = {};
    auto next = copyOfState();
    next->server.resting = all;
    publish(next);
    for (const auto& member : m_members)
        if (all)
            member->pool.serverProbe->rest();
        else
            member->nextCheck = {};
    return all;
}

std::optional<DatabaseError> ServerMonitor::sample()
{
    tl::expected<ServerActivity, DatabaseError> activity =
        m_members.front()->pool.serverProbe->sample(now() + m_setup.probeTimeout);
    if (!activity) {
        sampleFailed(activity.error());
        return activity.error();
    }
    activity->at = now();
    sampled(*activity);
    return std::nullopt;
}

void ServerMonitor::sampled(const ServerActivity& activity)
{
    m_activity = activity;
    m_sampleStopped = false;
    m_nextSample = std::max(now(), activity.at - activity.took + m_setup.activityInterval);
    auto next = copyOfState();
    next->version = activity.version;
    next->statements = activity.ownStatements;
    next->seen = mergeSeen(next->seen, m_setup.server, activity);
    ServerView& server = next->server;
    server.connected = true;
    server.sampledAt = activity.at;
    server.sampleTook = activity.took;
    server.maxConnections = activity.maxConnections;
    server.usedConnections = activity.usedConnections;
    server.ownConnections = activity.ownConnections;
    server.restricted = activity.restricted;
    server.error.clear();
    server.sqlState.clear();
    publish(next);
    if (m_failures > 0)
        tell(EventKind::MonitorRecovered, Severity::Ok,
             "Monitoring of " + m_setup.server + " works again after " + durationText(now() - m_lostAt));
    m_failures = 0;
}

void ServerMonitor::sampleFailed(const DatabaseError& error)
{
    m_activity.reset();
    m_sampleStopped = noRetryCanMend(error);
    if (m_failures++ == 0) {
        m_lostAt = now();
        const std::string target = m_setup.server;
        tell(EventKind::MonitorLost, m_sampleStopped ? Severity::Critical : Severity::Warning,
             "Monitoring of " + target + " lost: " + explain(error), error);
    }
    m_nextSample = now() + m_setup.activityInterval * std::min(m_failures, kLongestPause);
    // Another pool's login may work where this one's doesn't.
    std::rotate(m_members.begin(), m_members.begin() + 1, m_members.end());
    if (m_sampleStopped && m_failures < static_cast<int>(m_members.size())) {
        m_sampleStopped = false;
        m_nextSample = now();
    }
    auto next = copyOfState();
    next->statements.clear();
    next->server.connected = false;
    next->server.error = explain(error);
    next->server.sqlState = error.sqlState;
    publish(next);
}

void ServerMonitor::check(Member& member)
{
    const TimePoint begin = now();
    std::vector<CheckResult> results = member.pool.healthProbe->run(begin + m_setup.probeTimeout);
    member.stopped = loginIsHopeless(results);
    member.works = !results.empty() && results.front().status != HealthStatus::Failing;
    const std::vector<CheckResult> judged =
        m_activity ? judgeActivity(*m_activity, member.pool.database) : activityUnknown(state()->server.error);
    results.insert(results.end(), judged.begin(), judged.end());
    member.nextCheck = std::max(now(), begin + m_setup.healthInterval);

    auto next = copyOfState();
    const std::vector<VerdictChange> changes = next->health[member.pool.key].record(results, now());
    publish(next);
    for (const VerdictChange& change : changes)
        m_setup.journal->append(eventOf(change, member.pool.key));
}

void ServerMonitor::examine(Member& member)
{
    if (member.pool.examine(now() + m_setup.probeTimeout))
        member.pool.examine = {};
    member.works = false; // until the next check, should it have to be asked again
}

tl::expected<std::vector<CheckView>, DatabaseError> ServerMonitor::checkNow(const PoolKey& key)
{
    const Visit visit(*this);
    const auto found = std::find_if(m_members.begin(), m_members.end(),
                                    [&key](const auto& member) { return member->pool.key == key; });
    if (found == m_members.end())
        return tl::unexpected(DatabaseError{ErrorSign::Other, {}, "the pool is not monitored any more", {}});
    Member& member = **found; // stays where it is when sampling changes the order
    sample();
    check(member);
    m_resting = false; // should all be asleep, what this has opened is closed again
    return state()->health.at(key).views(now(), m_setup.healthInterval);
}

tl::expected<std::vector<EndReport>, DatabaseError> ServerMonitor::end(const PoolKey& observed, ResetKind kind)
{
    const Visit visit(*this);
    if (m_members.empty())
        return tl::unexpected(DatabaseError{ErrorSign::Other, {}, "the server is not monitored any more", {}});
    m_resting = false; // as in checkNow()
    if (const std::optional<DatabaseError> error = sample())
        return tl::unexpected(*error);
    // A state that our role may not read is empty. Whether such a session may be ended is the probe's to find out: left
    // out, it would pass for one that was busy.
    const auto wanted = [kind](const Backend& backend) {
        return kind == ResetKind::Hard || backend.state == "idle" || backend.state.empty();
    };
    std::vector<Backend> chosen;
    const auto looked = state(); // kept while it is walked over
    for (const SeenPool& seen : looked->seen)
        if (seen.key == observed)
            std::copy_if(seen.pool.backends.begin(), seen.pool.backends.end(), std::back_inserter(chosen), wanted);
    if (chosen.empty())
        return std::vector<EndReport>{};
    tl::expected<std::vector<EndReport>, DatabaseError> reports =
        m_members.front()->pool.serverProbe->end(chosen, kind, now() + m_setup.probeTimeout);
    if (reports)
        sample(); // so that the screen shows what became of them
    return reports;
}

std::shared_ptr<MonitorState> ServerMonitor::copyOfState() const
{
    return std::make_shared<MonitorState>(*state());
}

void ServerMonitor::publish(const std::shared_ptr<MonitorState>& next)
{
    const std::lock_guard lock(m_mutex);
    m_state = next;
}

void ServerMonitor::tell(EventKind kind, Severity severity, std::string text, const DatabaseError& error) const
{
    Event event;
    event.at = m_setup.time->wallNow();
    event.kind = kind;
    event.severity = severity;
    event.text = std::move(text);
    event.sqlState = error.sqlState;
    event.detail = error.detail;
    if (kind == EventKind::MonitorRecovered)
        event.duration = std::chrono::duration_cast<std::chrono::milliseconds>(now() - m_lostAt);
    m_setup.journal->append(std::move(event));
}

} // namespace lifeguard
