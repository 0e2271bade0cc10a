// SPDX-License-Identifier: Apache-2.0
#include "core/base/clock.h"

namespace lifeguard {

void SystemTime::waitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                           TimePoint until) const
{
    if (until == TimePoint::max())
        condition.wait(lock);
    else
        condition.wait_until(lock, until);
}

} // namespace lifeguard
