// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/wait_times.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lifeguard::bench {

std::size_t WaitTimes::bucketOf(std::uint64_t nanoseconds)
{
    if (nanoseconds < kSubBuckets)
        return nanoseconds;
    const int shift = static_cast<int>(std::bit_width(nanoseconds)) - kSubBits - 1;
    const std::size_t bucket = kSubBuckets * static_cast<std::size_t>(shift) + (nanoseconds >> shift);
    return std::min(bucket, kBuckets - 1);
}

std::uint64_t WaitTimes::lastOf(std::size_t bucket)
{
    if (bucket < kSubBuckets)
        return bucket;
    const std::size_t shift = bucket / kSubBuckets - 1;
    return ((bucket - kSubBuckets * shift + 1) << shift) - 1;
}

void WaitTimes::record(std::chrono::nanoseconds duration)
{
    const auto nanoseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    ++m_counts[bucketOf(nanoseconds)];
    ++m_count;
    m_longest = std::max(m_longest, nanoseconds);
}

void WaitTimes::merge(const WaitTimes& other)
{
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket)
        m_counts[bucket] += other.m_counts[bucket];
    m_count += other.m_count;
    m_longest = std::max(m_longest, other.m_longest);
}

double WaitTimes::percentile(double share) const
{
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(m_count)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        seen += m_counts[bucket];
        if (seen >= wanted && seen > 0)
            return static_cast<double>(std::min(lastOf(bucket), m_longest));
    }
    return 0;
}

} // namespace lifeguard::bench
