// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace lifeguard {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;
using WallTime = std::chrono::system_clock::time_point;

// Where time comes from. Decisions take a TimePoint; only what must wait takes a TimeSource, so that
// tests can move time by hand. Every method may be called from any thread.
class TimeSource {
  public:
    virtual ~TimeSource() = default;

    virtual TimePoint now() const = 0;
    virtual WallTime wallNow() const = 0;

    // now() at the last tick of the machine's clock, which is some milliseconds ago, for a quarter of the cost. For
    // stamps that are taken millions of times a second.
    virtual TimePoint tick() const { return now(); }

    // For how long the machine has slept since it started. now() stands still meanwhile.
    virtual Duration slept() const { return Duration{0}; }

    // Waits until `condition` is notified or `until` is reached, whichever is first. It may return early
    // for no reason, so callers check their condition and now() in a loop.
    virtual void waitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                           TimePoint until) const = 0;
};

// The time of the machine: a steady clock for deadlines, the wall clock for what people read.
class SystemTime final : public TimeSource {
  public:
    TimePoint now() const override { return Clock::now(); }
    WallTime wallNow() const override { return std::chrono::system_clock::now(); }
    TimePoint tick() const override;
    Duration slept() const override;
    void waitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                   TimePoint until) const override;
};

} // namespace lifeguard
