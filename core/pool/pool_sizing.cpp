// SPDX-License-Identifier: Apache-2.0
// What a person changes of a pool while it runs: its size, and whether it lends at all.
#include "core/pool/pool_core.h"

namespace lifeguard {

namespace {

std::string range(int minSize, int maxSize)
{
    return std::to_string(minSize) + " to " + std::to_string(maxSize);
}

std::string counted(int count, const char* what)
{
    return std::to_string(count) + " " + what;
}

} // namespace

std::vector<OptionProblem> PoolCore::resize(int minSize, int maxSize, const std::string& by)
{
    PoolOptions wanted = m_options;
    wanted.minSize = minSize;
    wanted.maxSize = maxSize;
    if (std::vector<OptionProblem> problems = validate(wanted); !problems.empty())
        return problems;
    Section section(*this);
    if (m_state != PoolState::Running && m_state != PoolState::Suspended)
        return {{"maxSize", "can't be changed, since the pool is " + std::string(nameOf(m_state))}};
    const std::string old = range(m_numbers.minSize, m_numbers.maxSize);
    m_slots.grow(static_cast<std::size_t>(maxSize));
    m_numbers.minSize = minSize;
    m_numbers.maxSize = maxSize;
    noteSurplus(); // from here on a connection that comes back is looked at
    int closed = 0;
    while (m_surplus) {
        Slot* const slot = m_slots.reserveIdle();
        if (slot == nullptr)
            break;
        retire(*slot, CloseReason::Resized);
        ++closed;
    }
    Event done = event(EventKind::PoolResized, Severity::Info,
                       "Pool resized by " + by + ": " + old + " → " + range(minSize, maxSize) + " connections"
                           + (closed > 0 ? ", " + counted(closed, "idle closed") : std::string())
                           + (m_surplus ? "; leased ones above the limit are closed when they come back" : ""));
    done.count = closed;
    note(std::move(done));
    wakeThreads();
    return {};
}

// Those that are being closed already don't count: they are on their way out.
void PoolCore::noteSurplus()
{
    const SlotCounts counts = m_slots.counts();
    m_surplus = counts.used() - counts[SlotState::Closing] > m_numbers.maxSize;
    setGate();
}

int PoolCore::retireIdle(CloseReason reason)
{
    int retired = 0;
    while (Slot* const slot = m_slots.reserveIdle()) {
        retire(*slot, reason);
        ++retired;
    }
    return retired;
}

void PoolCore::suspend(const std::string& by)
{
    Section section(*this);
    if (m_state != PoolState::Running)
        return;
    m_state = PoolState::Suspended;
    setGate();
    noteConnection(ConnectionEventKind::PoolCleared);
    const int closed = retireIdle(CloseReason::Suspended);
    const int leased = leasesOut();
    Event done = event(EventKind::PoolSuspended, Severity::Warning,
                       "Pool suspended by " + by + ": callers wait; " + counted(closed, "idle closed, ")
                           + counted(leased, "leased will be closed when they come back"));
    done.count = closed + leased;
    note(std::move(done));
    wakeThreads();
}

void PoolCore::resume(const std::string& by)
{
    Section section(*this);
    if (m_state != PoolState::Suspended)
        return;
    m_state = PoolState::Running;
    setGate();
    startAfresh();
    noteConnection(ConnectionEventKind::PoolReady);
    m_unready = false;
    note(event(EventKind::PoolResumed, Severity::Ok,
               "Pool resumed by " + by + ": " + counted(static_cast<int>(m_waiters.size()), "callers waited")));
    wakeThreads();
}

} // namespace lifeguard
