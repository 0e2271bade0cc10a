// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_pool.h"

#include "core/postgres/pg_error.h"
#include "core/postgres/postgres_connector.h"

#include <algorithm>
#include <numeric>

namespace lifeguard {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

Outcome& ended(Outcome& outcome, TimePoint begin)
{
    outcome.endedAt = Clock::now();
    outcome.took = duration_cast<milliseconds>(outcome.endedAt - begin);
    return outcome;
}

// Notes a difference between two numbers that must be the same.
class Ledger {
  public:
    template <typename A, typename B> void same(const char* what, A one, B two)
    {
        if (std::cmp_not_equal(one, two))
            m_text += std::string(what) + ": " + std::to_string(one) + " and " + std::to_string(two) + ". ";
    }
    const std::string& text() const { return m_text; }

  private:
    std::string m_text;
};

std::uint64_t closedFor(const PoolSnapshot& snapshot, CloseReason reason)
{
    return snapshot.closed[static_cast<std::size_t>(reason)];
}

} // namespace

std::string describe(const Outcome& outcome)
{
    const std::string after = " after " + std::to_string(outcome.took.count()) + " ms";
    if (outcome.refused)
        return "no connection" + after + ": " + describe(*outcome.refused);
    if (outcome.error)
        return "failed" + after + ": " + describe(*outcome.error);
    return "succeeded" + after;
}

FaultPool::FaultPool(const std::string& connection, const PoolOptions& options, const std::string& password)
    : FaultPool(std::make_shared<PostgresConnector>(
                    connection, SessionSettings{kFaultApplication, password, options.statementTimeout}),
                options)
{
}

FaultPool::FaultPool(std::shared_ptr<Connector> connector, const PoolOptions& options)
{
    PoolSetup setup;
    setup.name = "faults";
    setup.options = options;
    setup.connector = std::move(connector);
    setup.onEvent = [this](Event event) {
        const std::lock_guard lock(m_mutex);
        // Threads tell what they noted after they have unlocked the pool, so one may be late.
        const auto place = std::upper_bound(m_events.begin(), m_events.end(), event,
                                            [](const Event& a, const Event& b) { return a.at < b.at; });
        m_events.insert(place, std::move(event));
    };
    pool = std::make_unique<Pool>(std::move(setup));
}

Outcome FaultPool::operate(const std::string& sql, milliseconds timeout)
{
    Outcome outcome;
    const TimePoint begin = Clock::now();
    auto lease = pool->acquire("operation", timeout);
    if (!lease) {
        ++m_refused;
        outcome.refused = lease.error();
        return ended(outcome, begin);
    }
    ++m_leases;
    outcome.leased = true;
    lease->setDeadline(begin + timeout);
    try {
        pqxx::nontransaction handle(postgresSession(*lease).pqxx());
        handle.exec(sql);
        handle.commit();
    } catch (const pqxx::failure& failure) {
        outcome.error = postgresSession(*lease).lost().value_or(errorOf(failure));
    }
    std::move(*lease).release();
    return ended(outcome, begin);
}

template <typename Call> Outcome FaultPool::called(const Call& call, milliseconds timeout)
{
    Outcome outcome;
    const TimePoint begin = Clock::now();
    int repeats = 0;
    CallOptions options{.holder = "call", .timeout = timeout};
    options.onRepeat = [&repeats](int, const DatabaseError&, milliseconds) { ++repeats; };
    const tl::expected<void, CallError> result = call(options);
    outcome.leased = result || result.error().attempts > 0;
    m_leases += static_cast<std::uint64_t>(result ? repeats + 1 : result.error().attempts);
    if (!result) {
        outcome.error = result.error().error;
        outcome.refused = result.error().acquire;
        m_refused += outcome.refused ? 1 : 0;
    }
    return ended(outcome, begin);
}

Outcome FaultPool::inTransaction(const std::string& sql, milliseconds timeout)
{
    return called(
        [&](const CallOptions& options) {
            return transaction(*pool, options, [&sql](pqxx::dbtransaction& work) { work.exec(sql); });
        },
        timeout);
}

Outcome FaultPool::inAutocommit(const std::string& sql, milliseconds timeout)
{
    return called(
        [&](const CallOptions& options) {
            return run(*pool, options, [&sql](pqxx::transaction_base& work) { work.exec(sql); });
        },
        timeout);
}

std::vector<Event> FaultPool::events(EventKind kind) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Event> chosen;
    std::copy_if(m_events.begin(), m_events.end(), std::back_inserter(chosen),
                 [kind](const Event& event) { return event.kind == kind; });
    return chosen;
}

bool FaultPool::happenedInOrder(std::initializer_list<EventKind> kinds) const
{
    const std::lock_guard lock(m_mutex);
    auto wanted = kinds.begin();
    for (const Event& event : m_events)
        if (wanted != kinds.end() && event.kind == *wanted)
            ++wanted;
    return wanted == kinds.end();
}

std::string FaultPool::story() const
{
    const std::lock_guard lock(m_mutex);
    std::string text = "\n";
    for (const Event& event : m_events)
        text += std::to_string(duration_cast<milliseconds>(event.at - m_events.front().at).count()) + " ms "
                + std::string(nameOf(event.kind)) + ": " + event.text + '\n';
    return text;
}

// How many things the events of a kind were about.
int FaultPool::told(EventKind kind) const
{
    const std::vector<Event> chosen = events(kind);
    return std::accumulate(chosen.begin(), chosen.end(), 0,
                           [](int sum, const Event& event) { return sum + event.count.value_or(1); });
}

std::string FaultPool::imbalance() const
{
    const PoolSnapshot now = pool->snapshot();
    Ledger ledger;
    ledger.same("leases given, and got by callers", now.acquired, m_leases.load());
    ledger.same("waits recorded, and leases given", now.acquireLatency.count(), now.acquired);
    ledger.same("leases out", now.active, 0);
    ledger.same("callers refused, and callers that saw it", now.failed, m_refused.load());
    ledger.same("callers refused, and told in events", now.failed, told(EventKind::AcquireFailed));
    ledger.same("connections opened, and told", now.opened, count(EventKind::ConnectionOpened));
    ledger.same("connections opened, and closed or here", now.opened,
                now.closedInAll() + static_cast<std::uint64_t>(now.active + now.idle + now.closing));
    ledger.same("attempts that failed, and told", now.openFailed,
                told(EventKind::RetryScheduled) + count(EventKind::RetriesExhausted)
                    + count(EventKind::ConnectStopped));
    ledger.same("connections lost, and told", closedFor(now, CloseReason::Lost) + closedFor(now, CloseReason::Invalid),
                told(EventKind::ConnectionLost));
    ledger.same("connections closed at a deadline, and told", closedFor(now, CloseReason::Deadline),
                count(EventKind::OperationTimedOut));
    return ledger.text();
}

Traffic::Traffic(FaultPool& pool, int threads, const std::string& sql, milliseconds timeout)
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this, &pool, sql, timeout] {
            while (!m_over) {
                Outcome outcome = pool.operate(sql, timeout);
                const std::lock_guard lock(m_mutex);
                m_outcomes.push_back(std::move(outcome));
            }
        });
}

void Traffic::stop()
{
    m_over = true;
    for (std::thread& thread : m_threads)
        if (thread.joinable())
            thread.join();
}

int Traffic::succeeded() const
{
    return succeededSince(TimePoint::min());
}

int Traffic::succeededSince(TimePoint since) const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(std::count_if(m_outcomes.begin(), m_outcomes.end(), [since](const Outcome& outcome) {
        return outcome.ok() && outcome.endedAt >= since;
    }));
}

std::vector<Outcome> Traffic::failures() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Outcome> failed;
    std::copy_if(m_outcomes.begin(), m_outcomes.end(), std::back_inserter(failed),
                 [](const Outcome& outcome) { return !outcome.ok(); });
    return failed;
}

std::optional<TimePoint> Traffic::firstSuccessSince(TimePoint since) const
{
    const std::lock_guard lock(m_mutex);
    std::optional<TimePoint> first;
    for (const Outcome& outcome : m_outcomes)
        if (outcome.ok() && outcome.endedAt >= since && (!first || outcome.endedAt < *first))
            first = outcome.endedAt;
    return first;
}

milliseconds Traffic::longest() const
{
    const std::lock_guard lock(m_mutex);
    const auto slowest = std::max_element(m_outcomes.begin(), m_outcomes.end(),
                                          [](const Outcome& a, const Outcome& b) { return a.took < b.took; });
    return slowest == m_outcomes.end() ? milliseconds{0} : slowest->took;
}

} // namespace lifeguard
