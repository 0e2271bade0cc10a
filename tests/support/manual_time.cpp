// SPDX-License-Identifier: Apache-2.0
#include "tests/support/manual_time.h"

namespace lifeguard {

void ManualTime::waitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                           TimePoint until) const
{
    ++m_waits;
    if (now() < until)
        condition.wait_for(lock, std::chrono::milliseconds{1});
}

void ManualTime::advance(Duration by)
{
    m_offset += std::chrono::duration_cast<std::chrono::nanoseconds>(by).count();
}

} // namespace lifeguard
