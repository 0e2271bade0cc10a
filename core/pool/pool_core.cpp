// SPDX-License-Identifier: Apache-2.0
#include "core/pool/pool_core.h"

#include "core/base/shown_statement.h"

#include <algorithm>

namespace lifeguard {

namespace {

std::function<double()> ownGenerator()
{
    return [engine = std::mt19937_64{std::random_device{}()},
            distribution = std::uniform_real_distribution<double>{0.0, 1.0}]() mutable { return distribution(engine); };
}

// What is emitted before the emitting thread looks after other things again.
constexpr std::size_t kEmittedAtOnce = 64;

// A look costs a system call; what dies within this time is found by its user, as if it had died in use. Without a
// bypass window every connection is validated, however recently it was used.
Duration lookAfter(const PoolOptions& options)
{
    constexpr std::chrono::milliseconds kLookAfter{1};
    return options.bypassWindow > std::chrono::milliseconds{0} ? Duration{kLookAfter} : -std::chrono::hours{1};
}

} // namespace

PoolCore::PoolCore(PoolSetup setup)
    : m_name(std::move(setup.name))
    , m_options(setup.options)
    , m_connector(std::move(setup.connector))
    , m_onEvent(std::move(setup.onEvent))
    , m_onConnectionEvent(std::move(setup.onConnectionEvent))
    , m_watched(static_cast<bool>(m_onConnectionEvent))
    , m_statementOf(std::move(setup.statementOf))
    , m_time(setup.time ? std::move(setup.time) : std::make_shared<SystemTime>())
    , m_random(setup.random ? std::move(setup.random) : ownGenerator())
    , m_lookAfter(lookAfter(m_options))
    , m_slots(static_cast<std::size_t>(m_options.maxSize))
{
    m_numbers.minSize = m_options.minSize;
    m_numbers.maxSize = m_options.maxSize;
}

PoolCore::~PoolCore() = default; // Pool has shut it down; what a late lease left is closed with its slot

void PoolCore::start()
{
    Section section(*this);
    m_state = PoolState::Running;
    m_numbers.openedAt = m_time->now();
    m_slept = m_time->slept();
    setGate();
    note(event(EventKind::PoolOpened, Severity::Info,
               "Pool opened: " + std::to_string(m_options.minSize) + " to " + std::to_string(m_options.maxSize)
                   + " connections"));
    m_thread = std::thread(&PoolCore::run, this);
    noteConnection(ConnectionEventKind::PoolCreated);
    noteConnection(ConnectionEventKind::PoolReady);
    m_usedAt = m_numbers.openedAt;
    const int keepers = m_options.keepaliveInterval > std::chrono::milliseconds{0} ? 1 : 0;
    for (int i = 0; i < m_options.maxOpening + keepers; ++i)
        m_openers.emplace_back(&PoolCore::runOpener, this);
}

int PoolCore::live() const
{
    const SlotCounts counts = m_slots.counts();
    return counts[SlotState::Idle] + counts[SlotState::Reserved] + counts[SlotState::Active]
           + counts[SlotState::Returning];
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

// One thread emits at a time, so that a listener hears events in the order in which they were noted. A caller emits
// what it noted itself, unless there are older ones: those, and what follows them, are the maintenance thread's, which
// emits so many at a time that a slow listener doesn't keep it from its work. When that thread has ended, whoever notes
// emits all.
void PoolCore::flush(Lock& lock, bool mayEmit)
{
    const auto pending = [this] { return !m_outbox.empty() || !m_connectionOutbox.empty(); };
    const bool last = m_state == PoolState::Closed;
    if (pending() && m_emitter == std::thread::id{} && (mayEmit || last)) {
        m_emitter = std::this_thread::get_id();
        do
            emitSome(lock);
        while (last && pending());
        m_emitter = {};
        if (m_state == PoolState::ShuttingDown)
            m_drained.notify_all();
    }
    if (pending())
        m_maintenance.notify_one();
    lock.unlock();
}

void PoolCore::emitSome(Lock& lock)
{
    const auto take = [](auto& outbox) {
        const auto end = outbox.begin() + static_cast<std::ptrdiff_t>(std::min(kEmittedAtOnce, outbox.size()));
        std::vector taken(std::make_move_iterator(outbox.begin()), std::make_move_iterator(end));
        outbox.erase(outbox.begin(), end);
        return taken;
    };
    std::vector<Noted> noted = take(m_outbox);
    const std::vector<ConnectionEvent> connectionEvents = take(m_connectionOutbox);
    lock.unlock();
    for (const ConnectionEvent& each : connectionEvents)
        m_onConnectionEvent(each);
    if (m_onEvent)
        for (Noted& each : noted)
            emit(std::move(each));
    lock.lock();
}

void PoolCore::emit(Noted noted) const
{
    if (const std::string statement = statementOf(noted.leakedBackend); !statement.empty())
        noted.event.text += "; its last statement: " + statement;
    m_onEvent(std::move(noted.event));
}

std::string PoolCore::statementOf(int backendPid) const
{
    return backendPid == 0 || !m_statementOf ? std::string() : shownStatement(m_statementOf(backendPid));
}

void PoolCore::wakeThreads()
{
    m_maintenance.notify_one();
    m_opening.notify_all();
}

void PoolCore::reset(bool hard, const std::string& by)
{
    Section section(*this);
    if (m_state != PoolState::Running && m_state != PoolState::Suspended)
        return;
    const std::uint64_t old = m_numbers.generation++;
    m_resetReason = hard ? CloseReason::HardReset : CloseReason::SoftReset;
    noteConnection(ConnectionEventKind::PoolCleared);
    noteConnection(ConnectionEventKind::PoolReady);
    int closed = 0;
    int leased = 0;
    for (Slot& slot : m_slots) {
        // Between the two a caller may take it; then the second finds it. One that comes back finds its flag.
        if (slot.settledState() == SlotState::Idle && slot.tryMove(SlotState::Idle, SlotState::Reserved)) {
            retire(slot, m_resetReason);
            ++closed;
        } else if (slot.flagActive(hard ? SlotFlag::Cut : SlotFlag::Stale)) {
            ++leased;
            if (hard)
                slot.session->abort();
            slot.closeReason = m_resetReason;
        }
    }
    startAfresh();
    Event done = event(hard ? EventKind::HardReset : EventKind::SoftReset, Severity::Info,
                       std::string("Pool reset (") + (hard ? "hard" : "soft") + ") by " + by + ": generation "
                           + std::to_string(old) + " → " + std::to_string(old + 1) + ", " + std::to_string(closed)
                           + " idle closed, " + std::to_string(leased)
                           + (hard ? " leased cut" : " leased will be replaced when they come back"));
    done.count = closed + leased;
    note(std::move(done));
    wakeThreads();
}

void PoolCore::startAfresh()
{
    m_circuit.probe();
    noteCircuit();
    m_stopped = false;
    m_attempt = m_quickAttempts = 0;
    m_nextAttemptAt = m_time->now();
}

bool PoolCore::shutdown()
{
    std::vector<std::unique_ptr<Session>> late; // closed after the unlock
    Section section(*this);
    Lock& lock = section.lock();
    if (m_state == PoolState::Closed)
        return m_allCameBack;
    if (m_state == PoolState::ShuttingDown) { // another thread is at it
        while (m_state != PoolState::Closed)
            m_time->waitUntil(m_drained, lock, TimePoint::max());
        return m_allCameBack;
    }
    m_state = PoolState::ShuttingDown;
    m_giveUp = true;
    setGate();
    failWaiters(AcquireFailure::ShuttingDown);
    retireIdle(CloseReason::Shutdown);
    wakeThreads();

    const TimePoint deadline = m_time->now() + m_options.shutdownTimeout;
    while (leasesOut() > 0 && m_time->now() < deadline)
        m_time->waitUntil(m_drained, lock, deadline);
    const int out = m_slots.count(SlotState::Active);
    m_allCameBack = out == 0;
    cutEverything();
    m_cutOff = true;
    wakeThreads();
    lock.unlock();
    for (std::thread& opener : m_openers)
        opener.join();
    m_thread.join();
    lock.lock();
    while (m_emitter != std::thread::id{} && m_emitter != std::this_thread::get_id()) // it has older events than ours
        m_time->waitUntil(m_drained, lock, TimePoint::max());
    for (Slot& slot : m_slots)
        if (slot.state() == SlotState::Closing) { // came back while the thread ended
            noteClosed(slot);
            late.push_back(std::move(slot.session));
            slot.move(SlotState::Empty);
        }
    noteConnection(ConnectionEventKind::PoolClosed);
    m_state = PoolState::Closed;
    m_over = true;
    if (leasesOut() > 0)
        m_self = shared_from_this(); // the leases have nothing else to come back to
    m_drained.notify_all();
    note(event(EventKind::PoolClosed, out == 0 ? Severity::Info : Severity::Warning,
               out == 0 ? "Pool closed: every lease came back"
                        : "Pool closed: " + std::to_string(out) + " leases did not come back in time and were cut"));
    return out == 0;
}

int PoolCore::leasesOut() const
{
    const SlotCounts counts = m_slots.counts();
    return counts[SlotState::Active] + counts[SlotState::Returning] + counts[SlotState::Reserved];
}

void PoolCore::cutEverything()
{
    for (Slot& slot : m_slots) {
        const SlotState state = slot.settledState();
        const bool cutBefore = slot.flagged(SlotFlag::Cut);
        const bool leased = slot.flagActive(SlotFlag::Cut);
        if (leased && !cutBefore)
            slot.closeReason = CloseReason::Shutdown;
        if (leased || state == SlotState::Reserved)
            slot.session->abort();
    }
}

void PoolCore::notePeak(int active) const
{
    if (active > m_numbers.peakActive) {
        m_numbers.peakActive = active;
        m_numbers.peakActiveAt = m_time->wallNow();
    }
}

PoolOptions PoolCore::options() const
{
    PoolOptions options = m_options;
    const std::lock_guard lock(m_mutex);
    options.minSize = m_numbers.minSize;
    options.maxSize = m_numbers.maxSize;
    return options;
}

PoolHistograms PoolCore::histograms() const
{
    return {m_held.copy(), m_opened.copy(), m_validated.copy()};
}

PoolSnapshot PoolCore::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    PoolSnapshot copy = m_numbers;
    fill(copy);
    notePeak(copy.active);
    copy.peakActive = m_numbers.peakActive;
    copy.peakActiveAt = m_numbers.peakActiveAt;
    std::uint64_t leases = 0;
    for (const Slot& slot : m_slots)
        leases += slot.leases();
    // Those that were lent without a lock did not wait.
    copy.acquireLatency.record(std::chrono::nanoseconds{0}, leases - copy.acquired);
    copy.acquired = leases;
    if (copy.oldestLease < m_options.leakThreshold)
        return copy;
    for (const Slot& slot : m_slots)
        if (const TimePoint leased = slot.leasedAt();
            leased != TimePoint{} && copy.at - leased >= m_options.leakThreshold)
            copy.leakSuspects.push_back({slot.connection, slot.holder(),
                                         std::chrono::duration_cast<std::chrono::milliseconds>(copy.at - leased),
                                         slot.where(), slot.thread(), slot.backendPid});
    return copy;
}

} // namespace lifeguard
