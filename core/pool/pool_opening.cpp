// SPDX-License-Identifier: Apache-2.0
// The openers: the only threads that connect. Never a caller's thread, so that a caller is never kept by a login.
#include "core/base/duration_text.h"
#include "core/base/thread_name.h"
#include "core/pool/pool_core.h"
#include "core/resilience/pace.h"

#include <algorithm>
#include <utility>

namespace lifeguard {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

// While connections come back to the pool one opening at a time will do, until a caller has waited for so long. (A
// spike of short queries is over before a second connection is open.)
constexpr milliseconds kSecondOpeningAfter{100};

// After trouble those who waited for its end are served before the pool is filled: for so long
// nothing is opened for which nobody waits. Two logins keep a small machine so busy that the first query would take
// twice as long.
constexpr milliseconds kServedFirst{5};

// Quick attempts are told together, at most one event in this time.
constexpr milliseconds kRetryReportInterval{1'000};

// An open circuit is tried again after this at the latest when asking costs next to nothing.
constexpr milliseconds kQuickProbe{500};

// How long a series of attempts lasts: the sum of its delays.
milliseconds seriesTime(const BackoffPolicy& policy)
{
    milliseconds sum{0};
    for (int attempt = 1; attempt < policy.attempts; ++attempt)
        sum += backoffDelay(policy, attempt, 0.5);
    return sum;
}

} // namespace

void PoolCore::runOpener()
{
    nameThisThread("lg-open-" + m_name);
    for (;;) {
        Section section(*this);
        if (m_state != PoolState::Running && m_state != PoolState::Suspended)
            return;
        if (mayOpen(m_time->now()))
            openOne(section.lock());
        else if (!keepOneAlive(section.lock()))
            m_time->waitUntil(m_opening, section.lock(), std::min(nextOpening(), nextKeepalive()));
    }
}

bool PoolCore::room() const
{
    return m_slots.counts().used() < m_numbers.maxSize;
}

bool PoolCore::wantsConnection() const
{
    return room() && m_slots.count(SlotState::Opening) < m_options.maxOpening && lacksConnection();
}

// Whether those that were lost are needed: one is being opened in their place, or will be once a slot is empty.
bool PoolCore::mustReplace() const
{
    return m_slots.count(SlotState::Opening) > 0 || lacksConnection();
}

bool PoolCore::lacksConnection() const
{
    if (m_state != PoolState::Running)
        return false;
    const int opening = m_slots.count(SlotState::Opening);
    const int alive = live();
    if (alive + opening < m_numbers.minSize && !m_numbers.asleep)
        return true;
    if (static_cast<int>(m_waiters.size()) <= opening)
        return false;
    return opening == 0 || alive == 0 || m_time->now() - m_waiters.front()->since >= kSecondOpeningAfter;
}

bool PoolCore::mayOpen(TimePoint now)
{
    if (!wantsConnection() || now < openAt())
        return false;
    if (probeUnderWay() || !m_circuit.allow(now))
        return false;
    noteCircuit();
    return true;
}

TimePoint PoolCore::openAt() const
{
    return m_waiters.empty() ? std::max(m_nextAttemptAt, m_fillAt) : m_nextAttemptAt;
}

// In trouble, and after a loss, one asks for all, so that a server that comes back meets no storm.
bool PoolCore::probeUnderWay() const
{
    return (openingFails() || m_replacing || waking() || m_lostSinceSweep > 0) && m_slots.count(SlotState::Opening) > 0;
}

bool PoolCore::openingFails() const
{
    return m_attempt + m_quickAttempts > 0 || m_circuit.state() != CircuitState::Closed;
}

TimePoint PoolCore::nextOpening() const
{
    if (m_state != PoolState::Running || probeUnderWay() || !room())
        return TimePoint::max(); // the end of an opening, or of a connection, wakes the openers
    if (wantsConnection())
        return m_circuit.state() == CircuitState::Open ? std::max(m_circuit.retryAt(), openAt()) : openAt();
    if (!m_waiters.empty())
        return m_waiters.front()->since + kSecondOpeningAfter;
    return TimePoint::max();
}

void PoolCore::openOne(Lock& lock)
{
    Slot& slot = *m_slots.findEmpty();
    slot.move(SlotState::Opening);
    m_numbers.peakTotal = std::max(m_numbers.peakTotal, m_slots.counts().used());
    slot.generation = m_numbers.generation; // a reset meanwhile makes it an old one
    const TimePoint begin = m_time->now();
    noteConnection(ConnectionEventKind::ConnectionCreated);
    const TimePoint deadline = std::max(begin + m_options.connectTimeout, m_wakeUntil);
    lock.unlock();
    auto session = m_connector->open(deadline, m_giveUp);
    lock.lock();
    if (session) {
        const Duration took = m_time->now() - begin;
        m_opened.record(took);
        opened(slot, std::move(*session), took);
        if (live() > 1) // the maintenance thread knows already when to look at them
            return m_opening.notify_all();
    } else {
        noteConnection(ConnectionEventKind::ConnectionFailed, nullptr, m_time->now() - begin);
        slot.move(SlotState::Empty);
        if (m_surplus)
            noteSurplus();
        if (m_state == PoolState::Running)
            openFailed(session.error());
    }
    wakeThreads();
}

void PoolCore::opened(Slot& slot, std::unique_ptr<Session> session, Duration took)
{
    const TimePoint now = m_time->now();
    slot.connection = ConnectionId{m_nextConnection++};
    slot.session = std::move(session);
    const double spread = 1.0 + m_options.lifetimeJitter * (2.0 * m_random() - 1.0);
    slot.expiresAt = now + duration_cast<Duration>(m_options.maxLifetime * spread);
    ++m_numbers.opened;
    noteConnection(ConnectionEventKind::ConnectionReady, &slot, took);
    const ServerInfo server = slot.session->server();
    const int pid = slot.backendPid = server.backendPid;
    note(event(EventKind::ConnectionOpened, Severity::Info,
               "Connection #" + std::to_string(slot.connection.value) + " opened"
                   + (pid == 0 ? std::string() : ", backend " + std::to_string(pid))));
    if (!server.notice.empty() && !std::exchange(m_noticeTold, true))
        note(event(EventKind::ConfigurationWarning, Severity::Warning, server.notice));
    slot.move(SlotState::Reserved);
    if (m_numbers.troubleSince != TimePoint{} && (!m_waiters.empty() || leasesOut() > 1)) // this one is one of them
        m_fillAt = now + kServedFirst;
    noteSuccess();
    giveBack(slot, true);
}

void PoolCore::noteSuccess()
{
    const TimePoint now = m_time->now();
    const bool failed = openingFails();
    tellRetries(milliseconds{0});
    if (m_numbers.troubleSince != TimePoint{} && (failed || m_replacing)) {
        const Duration took = now - m_numbers.troubleSince;
        Event recovered = event(EventKind::Recovered, Severity::Ok,
                                "Recovered: connected " + durationText(took) + " after the trouble began");
        recovered.duration = duration_cast<milliseconds>(took);
        note(std::move(recovered));
    }
    m_attempt = m_quickAttempts = 0;
    m_replacing = false;
    m_stopped = false;
    m_circuit.succeeded();
    noteCircuit();
    if (std::exchange(m_unready, false))
        noteConnection(ConnectionEventKind::PoolReady);
    m_nextAttemptAt = now;
    m_wakeUntil = {};
    m_numbers.lastError.reset();
    m_numbers.troubleSince = TimePoint{};
    m_numbers.downSince = WallTime{};
    m_numbers.attempt = 0;
}

void PoolCore::openFailed(const DatabaseError& error)
{
    const TimePoint now = m_time->now();
    const ErrorClass kind = classify(error, Phase::Connect);
    ++m_numbers.openFailed;
    m_alike = m_numbers.lastError && m_numbers.lastError->sqlState == error.sqlState ? m_alike + 1 : 1;
    ++m_numbers.attempt;
    noteTrouble(error);
    if (noRetryMends(kind.remedy) || (kind.stopAfter > 0 && m_alike >= kind.stopAfter))
        return giveUpSeries(error, AcquireFailure::Stopped, TimePoint::max(), EventKind::ConnectStopped,
                            "Can't connect, and trying again won't help: " + describe(error));
    if (m_attempt + m_quickAttempts == 0)
        m_seriesSince = now;
    const bool quick = paceOf(error) == Pace::Quick;
    const bool probing = m_circuit.state() == CircuitState::HalfOpen;
    ++(quick ? m_quickAttempts : m_attempt);
    const bool tired = quick ? now - m_seriesSince >= std::max(seriesTime(m_options.backoff), m_options.acquireTimeout)
                             : m_attempt >= m_options.backoff.attempts;
    if (tired && !probing && !waking())
        return giveUpSeries(error, AcquireFailure::Exhausted, now + probeDelay(quick), EventKind::RetriesExhausted,
                            "Failed after " + std::to_string(m_attempt + m_quickAttempts) + " attempts; next try in "
                                + durationText(probeDelay(quick)) + ": " + describe(error));
    milliseconds delay = probeDelay(quick);
    if (probing) {
        m_circuit.open(now + delay);
        noteCircuit();
        if (live() == 0)
            failWaiters(AcquireFailure::CircuitOpen);
    } else if (quick) {
        delay = quickDelay(error, now - m_seriesSince);
    } else {
        const bool atOnce = kind.remedy == Remedy::Now && m_attempt == 1;
        delay = atOnce ? milliseconds{0} : backoffDelay(m_options.backoff, m_attempt, m_random());
    }
    m_nextAttemptAt = now + delay;
    ++m_numbers.retried;
    ++m_untold;
    if (quick && now - m_retryToldAt < kRetryReportInterval && m_untold < m_quickAttempts)
        return;
    tellRetries(delay);
}

milliseconds PoolCore::probeDelay(bool quick) const
{
    return quick ? std::min(kQuickProbe, m_options.circuitOpenTime) : m_options.circuitOpenTime;
}

// Tells the retries since the last event about them; `delay` is how long until the next one, 0 when there is none.
void PoolCore::tellRetries(milliseconds delay)
{
    const int untold = std::exchange(m_untold, 0);
    if (untold == 0 || !m_numbers.lastError)
        return;
    m_retryToldAt = m_time->now();
    const DatabaseError& error = *m_numbers.lastError;
    const int limit = m_options.backoff.attempts;
    const std::string inAll = std::to_string(m_attempt + m_quickAttempts);
    std::string text;
    if (m_circuit.state() == CircuitState::Open)
        text = "The server is still away, next try in " + durationText(delay);
    else if (paceOf(error) == Pace::Exponential && m_attempt <= limit)
        text = "Attempt " + std::to_string(m_attempt) + " of " + std::to_string(limit) + " failed, retrying in "
               + durationText(delay);
    else if (untold == 1)
        text = "Attempt " + inAll + " failed, retrying in " + durationText(delay);
    else
        text = std::to_string(untold) + " more attempts failed (" + inAll + " in all)"
               + (delay > milliseconds{0} ? ", trying every " + durationText(delay) : std::string());
    Event retry = event(EventKind::RetryScheduled, Severity::Warning, text + ": " + describe(error));
    retry.sqlState = error.sqlState;
    retry.detail = detailsForEngineers(error, Phase::Connect);
    retry.attempt = m_attempt + m_quickAttempts;
    if (paceOf(error) == Pace::Exponential && m_attempt <= limit)
        retry.limit = limit;
    retry.delay = delay;
    retry.count = untold;
    note(std::move(retry));
}

void PoolCore::giveUpSeries(const DatabaseError& error, AcquireFailure reason, TimePoint retryAt, EventKind kind,
                            const std::string& text)
{
    tellRetries(milliseconds{0});
    m_circuit.open(retryAt);
    noteCircuit();
    m_nextAttemptAt = m_time->now();
    m_stopped = reason == AcquireFailure::Stopped;
    m_attempt = m_quickAttempts = 0;
    Event gaveUp = event(kind, Severity::Critical, text);
    gaveUp.sqlState = error.sqlState;
    gaveUp.detail = detailsForEngineers(error, Phase::Connect);
    note(std::move(gaveUp));
    if (live() == 0)
        failWaiters(reason);
}

} // namespace lifeguard
