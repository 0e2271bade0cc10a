// SPDX-License-Identifier: Apache-2.0
#include "core/base/cycle_clock.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace lifeguard {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::int64_t kShortestMeasure = 10'000'000; // ns: an error of 50 ns in it is 5 µs in a second

// Beyond this the machine slept or the counter leapt: the rate can't be told from it.
constexpr std::int64_t kLongestMeasure = 60'000'000'000;

std::int64_t systemNow()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Steady::now().time_since_epoch()).count();
}

#if defined(__x86_64__)

bool counterIsConstant()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    constexpr unsigned kPowerManagement = 0x80000007;
    constexpr unsigned kInvariantCounter = 1U << 8U;
    return __get_cpuid(kPowerManagement, &a, &b, &c, &d) != 0 && (d & kInvariantCounter) != 0;
}

#else

bool counterIsConstant()
{
    return false;
}

#endif

} // namespace

CycleClock& CycleClock::shared()
{
    static CycleClock clock;
    return clock;
}

CycleClock::CycleClock() : m_usable(counterIsConstant())
{
    calibrate();
}

void CycleClock::calibrate()
{
    if (!m_usable || m_calibrating.test_and_set(std::memory_order_acquire))
        return;
    const std::int64_t time = systemNow();
    const std::uint64_t count = cycles();
    const std::int64_t elapsed = time - m_firstTime;
    const std::uint64_t counted = count - m_firstCycles;
    if (elapsed < kShortestMeasure) {
        m_calibrating.clear(std::memory_order_release);
        return;
    }
    const bool measured = m_firstTime != 0 && elapsed <= kLongestMeasure && counted != 0;
    m_version.fetch_add(1, std::memory_order_acq_rel);
    m_anchorTime.store(time, std::memory_order_relaxed);
    m_anchorCycles.store(count, std::memory_order_relaxed);
    if (measured)
        m_rate.store(static_cast<std::uint64_t>((static_cast<Wide>(elapsed) << 32U) / counted),
                     std::memory_order_relaxed);
    else
        m_rate.store(0, std::memory_order_relaxed);
    m_version.fetch_add(1, std::memory_order_release);
    m_firstTime = time;
    m_firstCycles = count;
    m_calibrating.clear(std::memory_order_release);
}

} // namespace lifeguard
