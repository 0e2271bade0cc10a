// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace lifeguard {

// The steady clock, read from the processor's cycle counter where that is fast and runs at a constant rate (x86-64 with
// an invariant time-stamp counter: Intel SDM vol. 3, 18.17), and from the system elsewhere. A reading costs half of
// what the system's clock costs; between two calls of calibrate() it may be some microseconds off and go back by as
// much. For stamps, not for deadlines. Any thread.
class CycleClock {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // One for the process: every reader profits from every calibration.
    static CycleClock& shared();

    TimePoint now() const
    {
        const std::uint32_t version = m_version.load(std::memory_order_acquire);
        const std::uint64_t rate = m_rate.load(std::memory_order_relaxed);
        if (rate != 0 && version % 2 == 0) {
            const std::int64_t anchor = m_anchorTime.load(std::memory_order_acquire);
            // Another core may have been a little ahead when it set the anchor.
            const auto since = std::max<std::int64_t>(
                0, static_cast<std::int64_t>(cycles() - m_anchorCycles.load(std::memory_order_acquire)));
            if (m_version.load(std::memory_order_relaxed) == version)
                return TimePoint{std::chrono::nanoseconds{
                    anchor + static_cast<std::int64_t>(static_cast<Wide>(since) * rate >> 32U)}};
        }
        return std::chrono::steady_clock::now();
    }

    // Compares with the system's clock; to be called now and then. Until it has been called twice, 10 ms apart, now()
    // asks the system.
    void calibrate();

  private:
    __extension__ using Wide = unsigned __int128; // products of 64-bit numbers

    CycleClock();

    static std::uint64_t cycles()
    {
#if defined(__x86_64__)
        return __rdtsc();
#else
        return 0;
#endif
    }

    // now = m_anchorTime + (cycles - m_anchorCycles) * m_rate / 2^32. Written by one thread at a time (m_calibrating);
    // readers see a change under way by an odd m_version, and ask the system then.
    std::atomic<std::uint32_t> m_version{0};
    std::atomic<std::int64_t> m_anchorTime{0}; // nanoseconds
    std::atomic<std::uint64_t> m_anchorCycles{0};
    std::atomic<std::uint64_t> m_rate{0}; // nanoseconds per cycle in 32.32 fixed point; 0: not known, ask the system
    std::atomic_flag m_calibrating = ATOMIC_FLAG_INIT;
    const bool m_usable;
    std::int64_t m_firstTime = 0;
    std::uint64_t m_firstCycles = 0;
};

} // namespace lifeguard
