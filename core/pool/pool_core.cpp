// SPDX-License-Identifier: Apache-2.0
#include "core/pool/pool_core.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace lifeguard {

namespace {

std::function<double()> ownGenerator()
{
    // Only the maintenance thread draws from it.
    return [engine = std::mt19937_64{std::random_device{}()},
            distribution = std::uniform_real_distribution<double>{0.0, 1.0}]() mutable { return distribution(engine); };
}

} // namespace

PoolCore::PoolCore(PoolSetup setup)
    : m_name(std::move(setup.name))
    , m_options(setup.options)
    , m_connector(std::move(setup.connector))
    , m_onEvent(std::move(setup.onEvent))
    , m_time(setup.time ? std::move(setup.time) : std::make_shared<SystemTime>())
    , m_random(setup.random ? std::move(setup.random) : ownGenerator())
    , m_slots(static_cast<std::size_t>(m_options.maxSize))
{
    m_idle.reserve(m_slots.size());
    m_numbers.minSize = m_options.minSize;
    m_numbers.maxSize = m_options.maxSize;
}

PoolCore::~PoolCore() = default; // Pool has shut it down; what a late lease left is closed with its slot

void PoolCore::start()
{
    Section section(*this);
    m_state = PoolState::Running;
    m_numbers.openedAt = m_time->now();
    note(event(EventKind::PoolOpened, Severity::Info,
               "Pool opened: " + std::to_string(m_options.minSize) + " to " + std::to_string(m_options.maxSize)
                   + " connections"));
    m_thread = std::thread(&PoolCore::run, this);
}

void PoolCore::move(std::size_t slot, SlotState to)
{
    Slot& moved = m_slots[slot];
    if (!moveAllowed(moved.state, to)) {
        std::fprintf(stderr, "lifeguard: pool \"%s\" tried to move a connection from %s to %s\n", m_name.c_str(),
                     std::string(nameOf(moved.state)).c_str(), std::string(nameOf(to)).c_str());
        std::abort();
    }
    if (moved.state == SlotState::Idle)
        std::erase(m_idle, slot);
    if (to == SlotState::Idle)
        m_idle.push_back(slot);
    moved.state = to;
    if (to == SlotState::Active) {
        const int active = count(SlotState::Active);
        if (active > m_numbers.peakActive) {
            m_numbers.peakActive = active;
            m_numbers.peakActiveAt = m_time->wallNow();
        }
    }
    if (to == SlotState::Opening)
        m_numbers.peakTotal = std::max(m_numbers.peakTotal, m_options.maxSize - count(SlotState::Empty));
}

int PoolCore::count(SlotState state) const
{
    return static_cast<int>(
        std::count_if(m_slots.begin(), m_slots.end(), [state](const Slot& slot) { return slot.state == state; }));
}

int PoolCore::live() const
{
    return count(SlotState::Idle) + count(SlotState::Reserved) + count(SlotState::Active);
}

Event PoolCore::event(EventKind kind, Severity severity, std::string text) const
{
    Event made;
    made.at = m_time->wallNow();
    made.pool = m_name;
    made.kind = kind;
    made.severity = severity;
    made.text = std::move(text);
    return made;
}

void PoolCore::flush(Lock& lock)
{
    std::vector<Event> events;
    events.swap(m_outbox);
    lock.unlock();
    if (m_onEvent)
        for (Event& each : events)
            m_onEvent(std::move(each));
}

void PoolCore::reset(bool hard, const std::string& by)
{
    Section section(*this);
    if (m_state != PoolState::Running)
        return;
    const std::uint64_t old = m_numbers.generation++;
    const CloseReason reason = hard ? CloseReason::HardReset : CloseReason::SoftReset;
    const std::vector<std::size_t> idle = m_idle;
    for (const std::size_t slot : idle)
        retire(slot, reason);
    const int leased = count(SlotState::Active);
    if (hard)
        for (Slot& slot : m_slots)
            if (slot.state == SlotState::Active) {
                slot.cut = true;
                slot.session->abort();
            }
    m_circuit.probe();
    m_stopped = false;
    m_attempt = 0;
    m_nextAttemptAt = m_time->now();
    const auto closed = static_cast<int>(idle.size());
    Event done = event(hard ? EventKind::HardReset : EventKind::SoftReset, Severity::Info,
                       std::string("Pool reset (") + (hard ? "hard" : "soft") + ") by " + by + ": generation "
                           + std::to_string(old) + " → " + std::to_string(old + 1) + ", " + std::to_string(closed)
                           + " idle closed, " + std::to_string(leased)
                           + (hard ? " leased cut" : " leased will be replaced when they come back"));
    done.count = closed + leased;
    note(std::move(done));
    m_maintenance.notify_one();
}

bool PoolCore::finished() const
{
    return std::all_of(m_slots.begin(), m_slots.end(), [](const Slot& slot) {
        return slot.state == SlotState::Empty || slot.state == SlotState::Active;
    });
}

bool PoolCore::shutdown()
{
    std::vector<std::unique_ptr<Session>> late; // closed after the unlock
    Section section(*this);
    Lock& lock = section.lock();
    if (m_state == PoolState::Closed)
        return true;
    if (m_state == PoolState::ShuttingDown) { // another thread is at it
        while (m_state != PoolState::Closed)
            m_time->waitUntil(m_drained, lock, TimePoint::max());
        return true;
    }
    m_state = PoolState::ShuttingDown;
    m_giveUp = true;
    failWaiters(AcquireFailure::ShuttingDown);
    for (const std::size_t slot : std::vector<std::size_t>(m_idle))
        retire(slot, CloseReason::Shutdown);
    m_maintenance.notify_one();

    const TimePoint deadline = m_time->now() + m_options.shutdownTimeout;
    while (count(SlotState::Active) + count(SlotState::Reserved) > 0 && m_time->now() < deadline)
        m_time->waitUntil(m_drained, lock, deadline);
    const int out = count(SlotState::Active);
    for (Slot& slot : m_slots)
        if (slot.state == SlotState::Active || slot.state == SlotState::Reserved) {
            slot.cut = true;
            slot.session->abort();
        }
    m_cutOff = true;
    m_maintenance.notify_one();
    lock.unlock();
    m_thread.join();
    lock.lock();
    m_state = PoolState::Closed;
    for (std::size_t slot = 0; slot < m_slots.size(); ++slot)
        if (m_slots[slot].state == SlotState::Closing) { // came back while the thread ended
            late.push_back(std::move(m_slots[slot].session));
            move(slot, SlotState::Empty);
        }
    m_drained.notify_all();
    note(event(EventKind::PoolClosed, out == 0 ? Severity::Info : Severity::Warning,
               out == 0 ? "Pool closed: every lease came back"
                        : "Pool closed: " + std::to_string(out) + " leases did not come back in time and were cut"));
    return out == 0;
}

PoolSnapshot PoolCore::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    PoolSnapshot copy = m_numbers;
    copy.at = m_time->now();
    copy.state = m_state;
    copy.circuit = m_circuit.state();
    copy.circuitRetryAt = m_circuit.retryAt();
    copy.active = count(SlotState::Active);
    copy.idle = count(SlotState::Idle) + count(SlotState::Reserved);
    copy.opening = count(SlotState::Opening);
    copy.closing = count(SlotState::Closing);
    copy.waiting = static_cast<int>(m_waiters.size());
    const auto since = [&copy](TimePoint then) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(copy.at - then);
    };
    for (const Waiter* waiter : m_waiters)
        copy.oldestWait = std::max(copy.oldestWait, since(waiter->since));
    for (const Slot& slot : m_slots)
        if (slot.state == SlotState::Active && copy.at - slot.leasedAt >= m_options.leakThreshold)
            copy.leakSuspects.push_back({slot.connection, slot.holder, since(slot.leasedAt)});
    return copy;
}

} // namespace lifeguard
