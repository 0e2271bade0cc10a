// SPDX-License-Identifier: Apache-2.0
#include "core/base/clock.h"

#include <ctime>

namespace lifeguard {

void SystemTime::waitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                           TimePoint until) const
{
    if (until == TimePoint::max())
        condition.wait(lock);
    else
        condition.wait_until(lock, until);
}

TimePoint SystemTime::tick() const
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now); // the time line of std::chrono::steady_clock; clock_gettime(2)
    return TimePoint{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

Duration SystemTime::slept() const
{
    // Linux counts the time asleep in CLOCK_BOOTTIME and not in CLOCK_MONOTONIC: clock_gettime(2).
    const auto read = [](clockid_t clock) {
        timespec now{};
        clock_gettime(clock, &now);
        return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
    };
    return read(CLOCK_BOOTTIME) - read(CLOCK_MONOTONIC);
}

} // namespace lifeguard
