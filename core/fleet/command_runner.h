// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/fleet_commands.h"

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace lifeguard {

// Three threads ("lg-command-N") that carry out commands in the order they came, so that one that waits for a database
// doesn't hold up the others. Any thread.
class CommandRunner {
  public:
    static constexpr std::size_t kThreads = 3;

    explicit CommandRunner(FleetCommands& commands);
    ~CommandRunner(); // stop() and join()

    CommandRunner(const CommandRunner&) = delete;
    CommandRunner& operator=(const CommandRunner&) = delete;

    std::uint64_t submit(Command command); // returns the ticket

    // Called on the threads, one call at a time. Returns only once no call of the former one is running.
    void setListener(std::function<void(const CommandOutcome&)> listener);

    void stop(); // refuses new commands and those that wait; returns at once
    void join(); // waits for those that are under way; one caller only. No call of the listener afterwards

  private:
    struct Job {
        std::uint64_t ticket = 0;
        Command command;
    };

    void run(std::size_t number);
    void finish(CommandOutcome outcome, std::uint64_t ticket);

    FleetCommands& m_commands;

    std::mutex m_mutex; // guards the block below; nothing is carried out under it
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    std::uint64_t m_tickets = 0;
    bool m_stop = false;

    std::mutex m_listenerMutex; // held while the listener runs; never taken under m_mutex
    std::function<void(const CommandOutcome&)> m_listener;

    std::array<std::thread, kThreads> m_threads;
};

} // namespace lifeguard
