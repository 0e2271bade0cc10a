// SPDX-License-Identifier: Apache-2.0
// The maintenance thread's side of PoolCore: it alone opens and closes connections.
#include "core/base/duration_text.h"
#include "core/base/thread_name.h"
#include "core/pool/pool_core.h"

#include <algorithm>
#include <utility>

namespace lifeguard {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

// How often idle connections are looked at for an end that the server gave them. A look is one system call each.
constexpr milliseconds kSweepInterval{250};

// Failed acquires are told together, at most one event in this time, so that a storm of them doesn't drown the log.
constexpr milliseconds kFailureReportInterval{1'000};

// Lifetimes are spread by this share, so that connections opened together don't all end together.
constexpr double kLifetimeSpread = 0.1;

} // namespace

void PoolCore::run()
{
    nameThisThread("lg-" + m_name);
    for (;;) {
        Section section(*this);
        Lock& lock = section.lock();
        if (closeRetired(lock))
            continue;
        if (m_state == PoolState::ShuttingDown) {
            if (finished() && (m_cutOff || count(SlotState::Active) == 0))
                return;
            m_time->waitUntil(m_maintenance, lock, TimePoint::max());
            continue;
        }
        reportFailedAcquires();
        if (sweepIdle(lock))
            continue;
        expireIdle();
        reportLeaks();
        if (openOne(lock))
            continue;
        if (m_outbox.empty() && count(SlotState::Closing) == 0)
            m_time->waitUntil(m_maintenance, lock, nextDue());
    }
}

TimePoint PoolCore::nextDue() const
{
    TimePoint due = TimePoint::max();
    if (live() > 0)
        due = m_nextSweepAt; // idle time-outs, lifetimes and leaks are looked at as often
    if (m_unreportedFailures > 0)
        due = std::min(due, m_failuresReportedAt + kFailureReportInterval);
    if (wantsConnection())
        due = std::min(due, m_circuit.state() == CircuitState::Open ? m_circuit.retryAt() : m_nextAttemptAt);
    return due;
}

bool PoolCore::closeRetired(Lock& lock)
{
    std::vector<std::pair<std::size_t, std::unique_ptr<Session>>> retired;
    for (std::size_t slot = 0; slot < m_slots.size(); ++slot)
        if (m_slots[slot].state == SlotState::Closing)
            retired.emplace_back(slot, std::move(m_slots[slot].session));
    if (retired.empty())
        return false;
    lock.unlock();
    for (auto& [slot, session] : retired)
        session.reset();
    lock.lock();
    for (const auto& [slot, session] : retired) {
        const CloseReason reason = m_slots[slot].closeReason;
        ++m_numbers.closed[static_cast<std::size_t>(reason)];
        if (reason != CloseReason::Lost) // that was told when it was noticed
            note(event(EventKind::ConnectionClosed, Severity::Info,
                       "Connection #" + std::to_string(m_slots[slot].connection.value)
                           + " closed: " + std::string(nameOf(reason))));
        move(slot, SlotState::Empty);
        m_slots[slot] = Slot{};
    }
    m_drained.notify_all();
    return true;
}

bool PoolCore::sweepIdle(Lock& lock)
{
    const TimePoint now = m_time->now();
    if (now < m_nextSweepAt)
        return false;
    m_nextSweepAt = now + kSweepInterval;
    const std::vector<std::size_t> idle = m_idle;
    if (idle.empty() && m_lostSinceSweep == 0)
        return false;
    for (const std::size_t slot : idle)
        move(slot, SlotState::Reserved);
    std::vector<std::pair<std::size_t, DatabaseError>> dead;
    lock.unlock();
    for (const std::size_t slot : idle)
        if (auto error = m_slots[slot].session->peek()) // Reserved: this thread's alone
            dead.emplace_back(slot, std::move(*error));
    lock.lock();
    for (const std::size_t slot : idle)
        if (std::none_of(dead.begin(), dead.end(), [slot](const auto& each) { return each.first == slot; }))
            giveBack(slot, false);
    judgeSweep(dead, idle.size() - dead.size());
    return !dead.empty();
}

void PoolCore::judgeSweep(const std::vector<std::pair<std::size_t, DatabaseError>>& dead, std::size_t alive)
{
    if (!dead.empty()) {
        noteLoss(dead.front().second, static_cast<int>(dead.size()), m_slots[dead.front().first].connection,
                 Phase::Idle);
        for (const auto& [slot, error] : dead)
            retire(slot, CloseReason::Lost);
        m_nextSweepAt = m_time->now() + kSweepInterval; // noteLoss() asked for the sweep that has just been
    }
    const int lost = std::exchange(m_lostSinceSweep, 0);
    const bool lostAll = std::exchange(m_lostAll, false);
    if (lost > 0 && alive == 0 && m_state == PoolState::Running && (lostAll || count(SlotState::Active) == 0))
        recreate(lost);
    else if (lost > 0 && wantsConnection())
        m_replacing = true;
    else if (lost > 0 && m_attempt == 0)
        noteSuccess(); // what is left suffices: there is nothing to mend
}

void PoolCore::recreate(int lost)
{
    const std::uint64_t old = m_numbers.generation++;
    ++m_numbers.recreated;
    m_nextAttemptAt = m_time->now();
    Event made =
        event(EventKind::PoolRecreated, Severity::Warning,
              "All connections were stale (" + std::to_string(lost) + " lost); the pool is being recreated: generation "
                  + std::to_string(old) + " → " + std::to_string(old + 1));
    made.count = lost;
    note(std::move(made));
    m_replacing = wantsConnection();
    if (!m_replacing)
        noteSuccess(); // nobody asks for a connection; the next caller opens one
}

void PoolCore::expireIdle()
{
    const TimePoint now = m_time->now();
    int kept = live();
    for (const std::size_t slot : std::vector<std::size_t>(m_idle)) {
        const Slot& idle = m_slots[slot];
        if (now >= idle.expiresAt)
            retire(slot, CloseReason::MaxLifetime);
        else if (now - idle.idleSince >= m_options.idleTimeout && kept > m_options.minSize)
            retire(slot, CloseReason::IdleTimeout);
        else
            continue;
        --kept;
    }
}

void PoolCore::reportLeaks()
{
    const TimePoint now = m_time->now();
    for (Slot& slot : m_slots) {
        if (slot.state != SlotState::Active || slot.leakReported || now - slot.leasedAt < m_options.leakThreshold)
            continue;
        slot.leakReported = true;
        note(event(EventKind::LeakSuspected, Severity::Warning,
                   "Connection #" + std::to_string(slot.connection.value) + " has been held for "
                       + durationText(now - slot.leasedAt) + " by "
                       + (slot.holder.empty() ? "a caller without a name" : slot.holder)));
    }
}

void PoolCore::reportFailedAcquires()
{
    const TimePoint now = m_time->now();
    if (m_unreportedFailures == 0 || now < m_failuresReportedAt + kFailureReportInterval)
        return;
    const int failures = std::exchange(m_unreportedFailures, 0);
    m_failuresReportedAt = now;
    Event failed = event(EventKind::AcquireFailed, Severity::Critical,
                         (failures == 1 ? std::string("A caller got no connection: ")
                                        : std::to_string(failures) + " callers got no connection; the last: ")
                             + describe(*m_lastFailure));
    failed.count = failures;
    if (m_lastFailure->lastError)
        failed.sqlState = m_lastFailure->lastError->sqlState;
    note(std::move(failed));
}

bool PoolCore::wantsConnection() const
{
    if (m_state != PoolState::Running || count(SlotState::Empty) == 0)
        return false;
    return live() < m_options.minSize || !m_waiters.empty();
}

bool PoolCore::openOne(Lock& lock)
{
    const TimePoint now = m_time->now();
    if (!wantsConnection() || !m_circuit.allow(now) || now < m_nextAttemptAt)
        return false;
    const auto empty =
        std::find_if(m_slots.begin(), m_slots.end(), [](const Slot& slot) { return slot.state == SlotState::Empty; });
    const auto slot = static_cast<std::size_t>(empty - m_slots.begin());
    move(slot, SlotState::Opening);
    const std::uint64_t generation = m_numbers.generation;
    lock.unlock();
    auto session = m_connector->open(now + m_options.connectTimeout, m_giveUp);
    lock.lock();
    if (session) {
        opened(slot, std::move(*session), generation);
    } else {
        move(slot, SlotState::Empty);
        if (m_state == PoolState::Running)
            openFailed(session.error());
    }
    return true;
}

void PoolCore::opened(std::size_t slot, std::unique_ptr<Session> session, std::uint64_t generation)
{
    const TimePoint now = m_time->now();
    Slot& made = m_slots[slot];
    made.connection = ConnectionId{m_nextConnection++};
    made.session = std::move(session);
    made.generation = generation;
    const double spread = 1.0 + kLifetimeSpread * (2.0 * m_random() - 1.0);
    made.expiresAt = now + duration_cast<Duration>(m_options.maxLifetime * spread);
    ++m_numbers.opened;
    const int pid = made.session->server().backendPid;
    note(event(EventKind::ConnectionOpened, Severity::Info,
               "Connection #" + std::to_string(made.connection.value) + " opened"
                   + (pid == 0 ? std::string() : ", backend " + std::to_string(pid))));
    move(slot, SlotState::Reserved);
    noteSuccess();
    giveBack(slot, true);
}

void PoolCore::noteSuccess()
{
    const TimePoint now = m_time->now();
    const bool failed = m_attempt > 0 || m_circuit.state() != CircuitState::Closed;
    if (m_numbers.troubleSince != TimePoint{} && (failed || m_replacing)) {
        const Duration took = now - m_numbers.troubleSince;
        Event recovered = event(EventKind::Recovered, Severity::Ok,
                                "Recovered: connected " + durationText(took) + " after the trouble began");
        recovered.duration = duration_cast<milliseconds>(took);
        note(std::move(recovered));
    }
    m_attempt = 0;
    m_replacing = false;
    m_stopped = false;
    m_circuit.succeeded();
    m_nextAttemptAt = now;
    m_numbers.lastError.reset();
    m_numbers.troubleSince = TimePoint{};
}

void PoolCore::openFailed(const DatabaseError& error)
{
    const TimePoint now = m_time->now();
    const ErrorClass kind = classify(error, Phase::Connect);
    ++m_numbers.openFailed;
    m_numbers.lastError = error;
    if (m_numbers.troubleSince == TimePoint{})
        m_numbers.troubleSince = now;
    if (kind.remedy == Remedy::Stop)
        return giveUpSeries(error, AcquireFailure::Stopped, TimePoint::max(), EventKind::ConnectStopped,
                            "Can't connect, and trying again won't help: " + describe(error));
    const int limit = m_options.backoff.attempts;
    const bool probing = m_circuit.state() == CircuitState::HalfOpen;
    m_attempt = probing ? limit : m_attempt + 1;
    if (m_attempt >= limit && !probing)
        return giveUpSeries(error, AcquireFailure::Exhausted, now + m_options.circuitOpenTime,
                            EventKind::RetriesExhausted,
                            "Failed after " + std::to_string(limit) + " attempts; next try in "
                                + durationText(m_options.circuitOpenTime) + ": " + describe(error));
    const milliseconds delay = probing ? m_options.circuitOpenTime
                               : kind.remedy == Remedy::Now && m_attempt == 1
                                   ? milliseconds{0}
                                   : backoffDelay(m_options.backoff, m_attempt, m_random());
    if (probing) {
        m_circuit.open(now + delay);
        if (live() == 0)
            failWaiters(AcquireFailure::CircuitOpen);
    }
    m_nextAttemptAt = now + delay;
    ++m_numbers.retried;
    Event retry = event(
        EventKind::RetryScheduled, Severity::Warning,
        (probing ? std::string("The server is still away, next try in ")
                 : "Attempt " + std::to_string(m_attempt) + " of " + std::to_string(limit) + " failed, retrying in ")
            + durationText(delay) + ": " + describe(error));
    retry.sqlState = error.sqlState;
    retry.detail = std::string(kind.meaning);
    retry.attempt = m_attempt;
    retry.limit = limit;
    retry.delay = delay;
    note(std::move(retry));
}

void PoolCore::giveUpSeries(const DatabaseError& error, AcquireFailure reason, TimePoint retryAt, EventKind kind,
                            const std::string& text)
{
    const ErrorClass meaning = classify(error, Phase::Connect);
    m_circuit.open(retryAt);
    m_stopped = reason == AcquireFailure::Stopped;
    m_attempt = 0;
    Event gaveUp = event(kind, Severity::Critical, text);
    gaveUp.sqlState = error.sqlState;
    gaveUp.detail = meaning.advice.empty() ? std::string(meaning.meaning) : std::string(meaning.advice);
    note(std::move(gaveUp));
    if (live() == 0)
        failWaiters(reason);
}

} // namespace lifeguard
