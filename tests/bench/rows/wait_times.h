// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lifeguard::bench {

// Counts durations in log-linear buckets, 64 per power of two from 1 ns to half an hour, so that a percentile is at
// most 1.6 % above the true one; the longest is kept as it was. One thread's own; merge() when the thread has ended.
class WaitTimes {
  public:
    void record(std::chrono::nanoseconds duration);
    void merge(const WaitTimes& other);

    // In nanoseconds; 0 when nothing was recorded.
    double percentile(double share) const;
    double longest() const { return static_cast<double>(m_longest); }

  private:
    static constexpr int kSubBits = 6;
    static constexpr std::size_t kSubBuckets = std::size_t{1} << kSubBits;
    static constexpr std::size_t kBuckets = kSubBuckets * 36;

    static std::size_t bucketOf(std::uint64_t nanoseconds);
    static std::uint64_t lastOf(std::size_t bucket);

    std::array<std::uint64_t, kBuckets> m_counts{};
    std::uint64_t m_count = 0;
    std::uint64_t m_longest = 0;
};

} // namespace lifeguard::bench
