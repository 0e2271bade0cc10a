// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert_desk.h"
#include "core/fleet/fleet.h"

#include <QHash>
#include <QObject>
#include <QPointer>

#include <functional>
#include <mutex>
#include <vector>

namespace lifeguard {

// The one door between the fleet's threads and the GUI thread. Of snapshots the newest wins; events and outcomes come
// in batches; at most one call of each is pending. Every snapshot is judged by the alert rules, on the sampler's
// thread, so that a sample that the GUI thread never sees is counted, too. Lives on the GUI thread, and must die after
// Fleet::shutdown() or before the fleet's threads could call it.
class Bridge : public QObject {
    Q_OBJECT

  public:
    explicit Bridge(Fleet& fleet, QObject* parent = nullptr);
    ~Bridge() override;

    using OutcomeHandler = std::function<void(const CommandOutcome&)>;

    // Carries the command to a worker. `done` is called on the GUI thread with its outcome, unless `context` has died.
    std::uint64_t submit(Command command, QObject* context = nullptr, OutcomeHandler done = {});

    AlertDesk& alerts() { return m_alerts; }

    std::vector<HistoryPoint> historySince(const PoolKey& pool, WallTime after) const;

  Q_SIGNALS:
    void snapshotArrived(const FleetSnapshotPtr& snapshot);
    void alertsArrived(const std::vector<Incident>& incidents, const std::vector<AlertChange>& changes);
    void eventsArrived(const std::vector<Event>& events); // oldest first
    void outcomeArrived(const CommandOutcome& outcome);

  private:
    struct Waiting {
        QPointer<QObject> context;
        bool hasContext = false;
        OutcomeHandler done;
    };

    void takeSnapshot(FleetSnapshotPtr snapshot); // on the sampler's thread
    void deliverSnapshot();
    void deliverAlerts(const std::vector<AlertChange>& changes);
    void deliverEvents();
    void deliverOutcomes();

    Fleet& m_fleet;
    AlertDesk m_alerts;
    bool m_hadIncidents = false;       // GUI thread
    EventId m_newestEvent;             // GUI thread
    QHash<quint64, Waiting> m_waiting; // GUI thread

    std::mutex m_mutex; // guards the rest; nothing is called under it
    FleetSnapshotPtr m_snapshot;
    std::vector<AlertChange> m_alertChanges;
    std::vector<CommandOutcome> m_outcomes;
    bool m_snapshotPending = false;
    bool m_eventsPending = false;
    bool m_outcomesPending = false;
};

} // namespace lifeguard
