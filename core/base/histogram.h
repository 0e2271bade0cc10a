// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lifeguard {

// Counts durations in log-linear buckets: 8 per power of two, from 1 µs to about 67 s, so a reported percentile is at
// most 12.5 % above the true one. (The layout of Gil Tene's HdrHistogram with three significant bits.)
// A plain value: whoever owns it locks it.
class Histogram {
  public:
    static constexpr std::size_t kSubBuckets = 8;
    static constexpr std::size_t kBuckets = kSubBuckets * 24;

    void record(std::chrono::nanoseconds duration, std::uint64_t times = 1);
    std::uint64_t count() const;

    // The smallest bucket bound that `share` (0..1) of the recorded durations don't exceed; 0 when empty.
    std::chrono::microseconds percentile(double share) const;

    // What was recorded here and not yet in `earlier`; `earlier` must be an older copy of this one.
    Histogram since(const Histogram& earlier) const;

  private:
    friend class SharedHistogram;
    static std::size_t bucketOf(std::chrono::nanoseconds duration);

    std::array<std::uint64_t, kBuckets> m_counts{};
};

// One that many threads record into without a lock.
class SharedHistogram {
  public:
    void record(std::chrono::nanoseconds duration)
    {
        m_counts[Histogram::bucketOf(duration)].fetch_add(1, std::memory_order_relaxed);
    }
    Histogram copy() const;

  private:
    std::array<std::atomic<std::uint64_t>, Histogram::kBuckets> m_counts{};
};

} // namespace lifeguard
