// SPDX-License-Identifier: Apache-2.0
// What the maintenance thread looks after. It never waits for a server.
#include "core/base/duration_text.h"
#include "core/base/thread_name.h"
#include "core/pool/pool_core.h"

#include <algorithm>
#include <utility>

namespace lifeguard {

using std::chrono::milliseconds;

namespace {

// How often idle connections are looked at for an end that the server gave them. A look is one system call each.
constexpr milliseconds kSweepInterval{250};

// Failed acquires are told together, at most one event in this time, so that a storm of them doesn't drown the log.
constexpr milliseconds kFailureReportInterval{1'000};

// A machine that slept for so long finds its connections cut by others meanwhile.
constexpr milliseconds kSleepNoticed{1'000};

bool finished(const SlotCounts& counts)
{
    return counts.used() == counts[SlotState::Active];
}

} // namespace

void PoolCore::run()
{
    nameThisThread("lg-" + m_name);
    for (;;) {
        Section section(*this);
        Lock& lock = section.lock();
        if (closeRetired(lock))
            continue;
        reportFailedAcquires();
        if (m_state == PoolState::ShuttingDown) {
            const SlotCounts counts = m_slots.counts();
            if (finished(counts) && (m_cutOff || counts[SlotState::Active] == 0))
                return;
            watchLeases(); // deadlines hold until the end
            if (nothingToTell())
                m_time->waitUntil(m_maintenance, lock, m_nextLookAt);
            continue;
        }
        noticeSleep();
        if (sweepIdle(lock))
            continue;
        watchUse();
        expireIdle();
        watchLeases();
        m_nextLookAt = std::min(m_nextLookAt, nextDue());
        if (nothingToTell() && m_slots.count(SlotState::Closing) == 0)
            m_time->waitUntil(m_maintenance, lock, m_nextLookAt);
    }
}

TimePoint PoolCore::nextDue() const
{
    TimePoint due = TimePoint::max();
    if (live() > 0)
        due = m_nextSweepAt; // idle time-outs, lifetimes and leaks are looked at as often
    if (m_unreportedFailures > 0)
        due = std::min(due, m_failuresReportedAt + kFailureReportInterval);
    if (m_options.sleepAfter > milliseconds{0} && !m_numbers.asleep && m_state == PoolState::Running)
        due = std::min(due, std::max(m_usedAt + m_options.sleepAfter, m_time->now() + kSweepInterval));
    return due;
}

bool PoolCore::closeRetired(Lock& lock)
{
    std::vector<std::pair<Slot*, std::unique_ptr<Session>>> retired;
    for (Slot& slot : m_slots)
        if (slot.state() == SlotState::Closing)
            retired.emplace_back(&slot, std::move(slot.session));
    if (retired.empty())
        return false;
    lock.unlock();
    for (auto& each : retired)
        each.second.reset();
    lock.lock();
    for (const auto& each : retired) {
        Slot& slot = *each.first;
        noteClosed(slot);
        if (slot.closeReason != CloseReason::Lost) // that was told when it was noticed
            note(event(EventKind::ConnectionClosed, Severity::Info,
                       "Connection #" + std::to_string(slot.connection.value)
                           + " closed: " + std::string(nameOf(slot.closeReason))));
        slot.clear();
        slot.move(SlotState::Empty);
    }
    m_drained.notify_all();
    m_opening.notify_all();
    return true;
}

bool PoolCore::sweepIdle(Lock& lock)
{
    const TimePoint now = m_time->now();
    if (now < m_nextSweepAt)
        return false;
    m_nextSweepAt = now + kSweepInterval;
    const bool all = std::exchange(m_sweepAll, false);
    std::vector<std::pair<Slot*, DatabaseError>> dead;
    int alive = 0;
    for (Slot& slot : m_slots) {
        if (slot.state() != SlotState::Idle)
            continue;
        if (!all && now - slot.idleSince() < kSweepInterval) { // in use a moment ago: the next sweep looks at it
            alive += survived(slot);
            continue;
        }
        if (!slot.tryMove(SlotState::Idle, SlotState::Reserved))
            continue;
        lock.unlock();
        std::optional<DatabaseError> error = slot.session->peek(); // Reserved: this thread's alone
        lock.lock();
        if (error) {
            markLoss(slot.idleSince()); // others may be opened before all are looked at
            dead.emplace_back(&slot, std::move(*error));
        } else {
            alive += survived(slot);
            giveBack(slot, false);
        }
    }
    if (alive == 0 && dead.empty() && m_lostSinceSweep == 0)
        return false;
    judgeSweep(dead, alive);
    return !dead.empty();
}

// A connection that was opened after the loss says nothing of those that were there.
int PoolCore::survived(const Slot& slot) const
{
    return m_lostSinceSweep == 0 || slot.connection.value < m_lossMark ? 1 : 0;
}

void PoolCore::judgeSweep(const std::vector<std::pair<Slot*, DatabaseError>>& dead, int alive)
{
    if (!dead.empty()) {
        noteLoss(dead.front().second, static_cast<int>(dead.size()), *dead.front().first, Phase::Idle,
                 dead.front().first->idleSince());
        for (const auto& each : dead)
            retire(*each.first, CloseReason::Lost);
        m_nextSweepAt = m_time->now() + kSweepInterval; // noteLoss() asked for the sweep that has just been
        m_sweepAll = false;
    }
    const int lost = std::exchange(m_lostSinceSweep, 0);
    const bool lostAll = std::exchange(m_lostAll, false);
    if (alive > 0)
        m_lossMarkAt = TimePoint{}; // it was not a loss of all; the next one is another
    if (lost > 0 && alive == 0 && m_state == PoolState::Running && (lostAll || leasesOut() == 0))
        recreate(lost);
    else if (lost > 0 && mustReplace())
        m_replacing = true;
    else if (lost > 0 && !openingFails())
        noteSuccess(); // what is left suffices: there is nothing to mend
}

void PoolCore::recreate(int lost)
{
    const std::uint64_t old = m_numbers.generation++;
    ++m_numbers.recreated;
    m_resetReason = CloseReason::Recreated;
    noteConnection(ConnectionEventKind::PoolCleared);
    m_unready = true;
    for (Slot& slot : m_slots)
        if (slot.state() == SlotState::Opening || slot.connection.value >= m_lossMark)
            slot.generation = m_numbers.generation;
        else
            slot.flagActive(SlotFlag::Stale);
    m_nextAttemptAt = m_time->now();
    const bool readOnly = m_numbers.lastError && m_numbers.lastError->sqlState == "25006";
    Event made =
        event(EventKind::PoolRecreated, Severity::Warning,
              (readOnly ? "The server turned read-only (25006): looking for the primary"
                        : "All connections were stale (" + std::to_string(lost) + " lost); the pool is being recreated")
                  + (": generation " + std::to_string(old)) + " → " + std::to_string(old + 1));
    made.count = lost;
    if (m_numbers.lastError)
        made.sqlState = m_numbers.lastError->sqlState;
    note(std::move(made));
    m_replacing = mustReplace();
    if (!m_replacing && !openingFails())
        noteSuccess(); // nobody asks for a connection; the next caller opens one
    m_opening.notify_all();
}

void PoolCore::expireIdle()
{
    const TimePoint now = m_time->now();
    int kept = live();
    for (Slot& slot : m_slots) {
        if (slot.state() != SlotState::Idle)
            continue;
        const bool old = now >= slot.expiresAt;
        if (!old && (now - slot.restsSince() < m_options.idleTimeout || kept <= m_numbers.minSize))
            continue;
        if (!slot.tryMove(SlotState::Idle, SlotState::Reserved))
            continue;
        retire(slot, old ? CloseReason::MaxLifetime : CloseReason::IdleTimeout);
        --kept;
    }
}

void PoolCore::watchLeases()
{
    const TimePoint now = m_time->now();
    m_nextLookAt = TimePoint::max();
    for (Slot& slot : m_slots) {
        const TimePoint leased = slot.leasedAt();
        if (leased == TimePoint{} || slot.state() != SlotState::Active)
            continue;
        const TimePoint deadline = slot.deadline() == TimePoint::max() ? operationDeadline(slot, now) : slot.deadline();
        if (now < deadline)
            m_nextLookAt = std::min(m_nextLookAt, deadline);
        else if (!slot.flagged(SlotFlag::Cut) && slot.flagActive(SlotFlag::Stale))
            cutOperation(slot, leased, now);
        if (slot.leakReported != leased && now - leased >= m_options.leakThreshold) {
            slot.leakReported = leased;
            note(event(EventKind::LeakSuspected, Severity::Warning,
                       "Connection #" + std::to_string(slot.connection.value) + " has been held for "
                           + durationText(now - leased) + heldBy(slot)),
                 slot.backendPid);
        }
    }
}

// For those whose lease has no deadline: an operation whose answer has not come for that long is taken for hung. When
// it began is known to the nearest look.
TimePoint PoolCore::operationDeadline(Slot& slot, TimePoint now) const
{
    const std::optional<std::uint64_t> answers =
        m_options.operationTimeout > milliseconds{0} ? slot.session->answersWhileBusy() : std::nullopt;
    if (!answers || answers != slot.answers || slot.answersSince < slot.leasedAt()) {
        slot.answers = answers;
        slot.answersSince = now;
    }
    return answers ? slot.answersSince + m_options.operationTimeout : TimePoint::max();
}

// The slot is flagged, so its lease can't go back unnoticed. It may have gone at that moment, and the slot be lent to
// another, so it is asked again. An innocent one goes back the slow way, that's all.
void PoolCore::cutOperation(Slot& slot, TimePoint leased, TimePoint now)
{
    const bool own = slot.deadline() != TimePoint::max();
    if (slot.leasedAt() != leased || now < (own ? slot.deadline() : operationDeadline(slot, now)))
        return;
    slot.flagActive(SlotFlag::Cut);
    slot.closeReason = CloseReason::Deadline;
    slot.session->abort();
    note(event(EventKind::OperationTimedOut, Severity::Warning,
               "The operation on connection #" + std::to_string(slot.connection.value) + " was ended after "
                   + durationText(now - (own ? leased : slot.answersSince)) + ", at its deadline" + heldBy(slot)));
}

std::string PoolCore::heldBy(const Slot& slot)
{
    const std::string holder = slot.holder();
    const std::string where = slot.where();
    return " by " + (holder.empty() ? "a caller without a name" : holder)
           + (where.empty() ? std::string() : ", acquired at " + where + " in thread " + std::to_string(slot.thread()));
}

void PoolCore::noticeSleep()
{
    const Duration slept = m_time->slept() - std::exchange(m_slept, m_time->slept());
    if (slept < kSleepNoticed)
        return;
    for (Slot& slot : m_slots)
        if (slot.state() == SlotState::Idle && slot.tryMove(SlotState::Idle, SlotState::Reserved)) {
            slot.mistrust();
            giveBack(slot, false);
        }
    note(event(EventKind::MachineSlept, Severity::Info,
               "The machine slept for " + durationText(slept) + ": connections are validated before they are lent"));
}

void PoolCore::reportFailedAcquires()
{
    const TimePoint now = m_time->now();
    const bool due = now >= m_failuresReportedAt + kFailureReportInterval || m_state != PoolState::Running;
    if (m_unreportedFailures == 0 || !due)
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

} // namespace lifeguard
