// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

namespace lifeguard {

// Asks every thread of a demo client to end. Any thread.
class Ending {
  public:
    void request();
    bool requested() const;
    bool pause(std::chrono::milliseconds duration); // false: requested

  private:
    mutable std::mutex m_mutex; // guards m_requested
    std::condition_variable m_wake;
    bool m_requested = false;
};

// An application's way with its database, until the end is requested. Its name is its application_name.
using Habit = void (*)(const std::string& connection, Ending& ending);

// "shop-web", "reports" or "legacy-cron"; null for any other name.
Habit habitNamed(std::string_view name);

} // namespace lifeguard
