// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/journal.h"
#include "core/fleet/audit_log.h"
#include "core/fleet/command.h"
#include "core/fleet/fleet.h"
#include "core/fleet/pool_manager.h"

#include <memory>
#include <optional>
#include <string>

namespace lifeguard {

// Carries out commands, one call each, and writes their end to the journal; those that change something also to the
// audit log. It waits for databases, so it is for
// workers; any number of them.
class FleetCommands {
  public:
    FleetCommands(const FleetOptions& options, PoolManager& manager, std::shared_ptr<Driver> driver,
                  std::shared_ptr<const TimeSource> time, Journal& journal);

    CommandOutcome execute(const Command& command);

    // The outcome of a command that was never begun.
    CommandOutcome refuse(const Command& command, const std::string& why, const std::string& advice = {});

  private:
    CommandOutcome run(const ResetPool& command);
    CommandOutcome run(const ResizePool& command);
    CommandOutcome run(const SuspendPool& command);
    CommandOutcome run(const ResumePool& command);
    CommandOutcome run(const RunTestRegistration& command);
    CommandOutcome run(const RunHealthChecks& command);
    CommandOutcome run(const OpenProfile& command);
    CommandOutcome run(const ClosePool& command);
    CommandOutcome run(const TestConnection& command);

    CommandOutcome resetManaged(const ManagedPool& managed, ResetKind kind);
    CommandOutcome resetObserved(ServerMonitor& monitor, const SeenPool& seen, ResetKind kind);
    CommandOutcome reportReset(const SeenPool& seen, const std::string& what, std::vector<EndReport> reports);
    CommandOutcome noSuchPool(const PoolKey& key, const std::string& what);

    // Read-only mode: why the command must not be begun; empty when it may.
    std::string whyReadOnly(const Command& command) const;
    // Where an application's pool was seen; nothing when there is no such pool.
    std::optional<Target> seenOn(const PoolKey& key) const;
    // "db.internal:5432/orders"; empty when it isn't known.
    std::string targetOf(const Command& command) const;
    void audit(const Command& command, const std::string& target, AuditResult result, const CommandOutcome& outcome);

    CommandOutcome failed(const PoolKey& pool, Refusal refusal);
    void tell(const PoolKey& pool, EventKind kind, Severity severity, const CommandOutcome& outcome);

    const FleetOptions m_options;
    PoolManager& m_manager;
    const std::shared_ptr<Driver> m_driver;
    const std::shared_ptr<const TimeSource> m_time;
    Journal& m_journal;
    AuditLog m_audit;
};

} // namespace lifeguard
