// SPDX-License-Identifier: Apache-2.0
// The commands that change a managed pool while it runs: its size, and whether it lends at all.
#include "core/fleet/explain.h"
#include "core/fleet/fleet_commands.h"

namespace lifeguard {

// The events of these three are the pool's own.
CommandOutcome FleetCommands::run(const ResizePool& command)
{
    const auto managed = m_manager.find(command.pool);
    if (!managed)
        return noSuchPool(command.pool, "Resizing");
    const auto problems = managed->pool->resize(command.minSize, command.maxSize, m_options.actor);
    std::string text;
    for (const OptionProblem& problem : problems)
        text += (text.empty() ? ": " : "; ") + problem.field + " " + problem.message;
    if (!problems.empty())
        return failed(command.pool, {"Resizing " + quoted(command.pool) + " failed" + text, {}, {}});
    CommandOutcome outcome;
    outcome.ok = true;
    outcome.summary = "Resized " + quoted(command.pool) + " to " + std::to_string(command.minSize) + " to "
                      + std::to_string(command.maxSize) + " connections, until it is closed";
    return outcome;
}

CommandOutcome FleetCommands::run(const SuspendPool& command)
{
    const auto managed = m_manager.find(command.pool);
    if (!managed)
        return noSuchPool(command.pool, "Suspending");
    const PoolState before = managed->pool->snapshot().state;
    if (before != PoolState::Running)
        return failed(
            command.pool,
            {"Suspending " + quoted(command.pool) + " failed: the pool is " + std::string(nameOf(before)), {}, {}});
    managed->pool->suspend(m_options.actor);
    CommandOutcome outcome;
    outcome.ok = true;
    outcome.summary = "Suspended " + quoted(command.pool) + ": callers wait, connections are closed as they come back";
    return outcome;
}

CommandOutcome FleetCommands::run(const ResumePool& command)
{
    const auto managed = m_manager.find(command.pool);
    if (!managed)
        return noSuchPool(command.pool, "Resuming");
    const PoolState before = managed->pool->snapshot().state;
    if (before != PoolState::Suspended)
        return failed(
            command.pool,
            {"Resuming " + quoted(command.pool) + " failed: the pool is " + std::string(nameOf(before)), {}, {}});
    managed->pool->resume(m_options.actor);
    CommandOutcome outcome;
    outcome.ok = true;
    outcome.summary = "Resumed " + quoted(command.pool);
    return outcome;
}

} // namespace lifeguard
