// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bridge.h"

#include <QMetaObject>

#include <utility>

namespace lifeguard {

namespace {

// So many events are handed over in one turn of the event loop; the rest follow in the next, after input has been
// handled.
constexpr std::size_t kBatch = 2'000;

} // namespace

Bridge::Bridge(Fleet& fleet, QObject* parent) : QObject(parent), m_fleet(fleet), m_alerts(fleet.journal())
{
    m_fleet.setSnapshotListener([this](FleetSnapshotPtr snapshot) { takeSnapshot(std::move(snapshot)); });
    m_fleet.setOutcomeListener([this](const CommandOutcome& outcome) {
        const std::lock_guard lock(m_mutex);
        m_outcomes.push_back(outcome);
        if (!std::exchange(m_outcomesPending, true))
            QMetaObject::invokeMethod(this, &Bridge::deliverOutcomes, Qt::QueuedConnection);
    });
    m_fleet.journal().setListener([this] {
        const std::lock_guard lock(m_mutex);
        if (!std::exchange(m_eventsPending, true))
            QMetaObject::invokeMethod(this, &Bridge::deliverEvents, Qt::QueuedConnection);
    });
    QMetaObject::invokeMethod(this, &Bridge::deliverEvents, Qt::QueuedConnection); // what happened before
}

Bridge::~Bridge()
{
    m_fleet.journal().setListener({});
    m_fleet.setOutcomeListener({});
    m_fleet.setSnapshotListener({});
}

std::uint64_t Bridge::submit(Command command, QObject* context, OutcomeHandler done)
{
    const std::uint64_t ticket = m_fleet.submit(std::move(command));
    if (done) // its outcome can't have been delivered yet: that is this thread's to do
        m_waiting.insert(ticket, {context, context != nullptr, std::move(done)});
    return ticket;
}

std::vector<HistoryPoint> Bridge::historySince(const PoolKey& pool, WallTime after) const
{
    return m_fleet.history().since(pool, after);
}

void Bridge::takeSnapshot(FleetSnapshotPtr snapshot)
{
    const std::vector<AlertChange> changes = m_alerts.take(*snapshot);
    const std::lock_guard lock(m_mutex);
    m_snapshot = std::move(snapshot);
    m_alertChanges.insert(m_alertChanges.end(), changes.begin(), changes.end());
    if (!std::exchange(m_snapshotPending, true))
        QMetaObject::invokeMethod(this, &Bridge::deliverSnapshot, Qt::QueuedConnection);
}

void Bridge::deliverSnapshot()
{
    std::vector<AlertChange> changes;
    FleetSnapshotPtr snapshot;
    {
        const std::lock_guard lock(m_mutex);
        m_snapshotPending = false;
        snapshot = std::move(m_snapshot);
        changes.swap(m_alertChanges);
    }
    if (!snapshot)
        return;
    Q_EMIT snapshotArrived(snapshot);
    deliverAlerts(changes);
}

void Bridge::deliverAlerts(const std::vector<AlertChange>& changes)
{
    const std::vector<Incident> incidents = m_alerts.incidents();
    if (const bool had = std::exchange(m_hadIncidents, !incidents.empty());
        had || !incidents.empty() || !changes.empty())
        Q_EMIT alertsArrived(incidents, changes);
}

void Bridge::deliverEvents()
{
    {
        const std::lock_guard lock(m_mutex);
        m_eventsPending = false;
    }
    const std::vector<Event> events = m_fleet.journal().since(m_newestEvent, kBatch);
    if (events.empty())
        return;
    m_newestEvent = events.back().id;
    Q_EMIT eventsArrived(events);
    if (events.size() < kBatch)
        return;
    const std::lock_guard lock(m_mutex);
    if (!std::exchange(m_eventsPending, true))
        QMetaObject::invokeMethod(this, &Bridge::deliverEvents, Qt::QueuedConnection);
}

void Bridge::deliverOutcomes()
{
    std::vector<CommandOutcome> outcomes;
    {
        const std::lock_guard lock(m_mutex);
        m_outcomesPending = false;
        outcomes.swap(m_outcomes);
    }
    for (const CommandOutcome& outcome : outcomes) {
        const Waiting waiting = m_waiting.take(outcome.ticket);
        if (waiting.done && (!waiting.hasContext || waiting.context))
            waiting.done(outcome);
        Q_EMIT outcomeArrived(outcome);
    }
}

} // namespace lifeguard
