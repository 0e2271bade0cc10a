// SPDX-License-Identifier: Apache-2.0
#include "core/base/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace lifeguard {

namespace {

// Values below kSubBuckets microseconds have a bucket each; above, the top bits of the value choose the bucket.
std::size_t bucketOf(std::uint64_t micros)
{
    if (micros < Histogram::kSubBuckets)
        return static_cast<std::size_t>(micros);
    const auto shift = static_cast<unsigned>(std::bit_width(micros)) - 4U;
    const std::size_t index = (static_cast<std::size_t>(shift) + 1) * Histogram::kSubBuckets
                              + static_cast<std::size_t>((micros >> shift) - Histogram::kSubBuckets);
    return std::min(index, Histogram::kBuckets - 1);
}

std::uint64_t upperBoundOf(std::size_t bucket)
{
    if (bucket < Histogram::kSubBuckets)
        return bucket;
    const std::size_t shift = bucket / Histogram::kSubBuckets - 1;
    const std::uint64_t top = bucket % Histogram::kSubBuckets + Histogram::kSubBuckets;
    return ((top + 1) << shift) - 1;
}

} // namespace

void Histogram::record(std::chrono::nanoseconds duration, std::uint64_t times)
{
    const auto micros =
        std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
    m_counts[bucketOf(static_cast<std::uint64_t>(micros))] += times;
}

std::uint64_t Histogram::count() const
{
    return std::accumulate(m_counts.begin(), m_counts.end(), std::uint64_t{0});
}

std::chrono::microseconds Histogram::percentile(double share) const
{
    const std::uint64_t total = count();
    if (total == 0)
        return std::chrono::microseconds{0};
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(total))));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        seen += m_counts[bucket];
        if (seen >= wanted)
            return std::chrono::microseconds{static_cast<std::int64_t>(upperBoundOf(bucket))};
    }
    return std::chrono::microseconds{static_cast<std::int64_t>(upperBoundOf(kBuckets - 1))};
}

Histogram Histogram::since(const Histogram& earlier) const
{
    Histogram difference;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket)
        difference.m_counts[bucket] = m_counts[bucket] - earlier.m_counts[bucket];
    return difference;
}

} // namespace lifeguard
