// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace lifeguard {

// Time that a test moves by hand. Both clocks move together. Any thread.
class ManualTime final : public TimeSource {
  public:
    TimePoint now() const override { return TimePoint{} + kStart + offset(); }
    WallTime wallNow() const override { return WallTime{} + kWallStart + offset(); }

    // Waits about a millisecond of real time at most, so that callers' loops see time that was moved meanwhile.
    void waitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                   TimePoint until) const override;

    Duration slept() const override { return std::chrono::nanoseconds{m_slept.load()}; }

    void advance(Duration by);
    int waits() const { return m_waits; }              // how often somebody has begun to wait
    void sleep(Duration by) { m_slept += by.count(); } // of the machine: now() stands still

  private:
    static constexpr std::chrono::hours kStart{1'000}; // far from the epoch, which means "unset"
    static constexpr std::chrono::seconds kWallStart{1'750'000'000};

    std::chrono::nanoseconds offset() const { return std::chrono::nanoseconds{m_offset.load()}; }

    std::atomic<std::int64_t> m_offset{0};
    std::atomic<std::int64_t> m_slept{0};
    mutable std::atomic<int> m_waits{0};
};

} // namespace lifeguard
