// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/command_runner.h"

#include "core/base/thread_name.h"

#include <string>
#include <utility>

namespace lifeguard {

namespace {

constexpr const char* kShuttingDown = "the console is shutting down";

} // namespace

CommandRunner::CommandRunner(FleetCommands& commands) : m_commands(commands)
{
    for (std::size_t number = 0; number < kThreads; ++number)
        m_threads[number] = std::thread(&CommandRunner::run, this, number);
}

CommandRunner::~CommandRunner()
{
    stop();
    join();
}

std::uint64_t CommandRunner::submit(Command command)
{
    std::uint64_t ticket = 0;
    {
        const std::lock_guard lock(m_mutex);
        ticket = ++m_tickets;
        if (!m_stop) {
            m_jobs.push_back({ticket, std::move(command)});
            m_wake.notify_one();
            return ticket;
        }
    }
    m_commands.refuse(command, kShuttingDown);
    return ticket;
}

void CommandRunner::setListener(std::function<void(const CommandOutcome&)> listener)
{
    const std::lock_guard lock(m_listenerMutex);
    m_listener = std::move(listener);
}

void CommandRunner::stop()
{
    std::deque<Job> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
        dropped.swap(m_jobs);
        m_wake.notify_all();
    }
    for (const Job& job : dropped)
        finish(m_commands.refuse(job.command, kShuttingDown), job.ticket);
}

void CommandRunner::join()
{
    for (std::thread& thread : m_threads)
        if (thread.joinable())
            thread.join();
}

void CommandRunner::run(std::size_t number)
{
    nameThisThread("lg-command-" + std::to_string(number + 1));
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stop || !m_jobs.empty(); });
        if (m_stop)
            return;
        Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        finish(m_commands.execute(job.command), job.ticket);
        lock.lock();
    }
}

void CommandRunner::finish(CommandOutcome outcome, std::uint64_t ticket)
{
    outcome.ticket = ticket;
    const std::lock_guard lock(m_listenerMutex);
    if (m_listener)
        m_listener(outcome);
}

} // namespace lifeguard
