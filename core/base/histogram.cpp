// SPDX-License-Identifier: Apache-2.0
#include "core/base/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace lifeguard {

namespace {

std::uint64_t upperBoundOf(std::size_t bucket)
{
    if (bucket < Histogram::kSubBuckets)
        return bucket;
    const std::size_t shift = bucket / Histogram::kSubBuckets - 1;
    const std::uint64_t top = bucket % Histogram::kSubBuckets + Histogram::kSubBuckets;
    return ((top + 1) << shift) - 1;
}

} // namespace

// Values below kSubBuckets microseconds have a bucket each; above, the top bits of the value choose the bucket.
std::size_t Histogram::bucketOf(std::chrono::nanoseconds duration)
{
    const auto micros = static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(duration).count()));
    if (micros < kSubBuckets)
        return static_cast<std::size_t>(micros);
    const auto shift = static_cast<unsigned>(std::bit_width(micros)) - 4U;
    const std::size_t index =
        (static_cast<std::size_t>(shift) + 1) * kSubBuckets + static_cast<std::size_t>((micros >> shift) - kSubBuckets);
    return std::min(index, kBuckets - 1);
}

void Histogram::record(std::chrono::nanoseconds duration, std::uint64_t times)
{
    m_counts[bucketOf(duration)] += times;
}

Histogram SharedHistogram::copy() const
{
    Histogram copy;
    for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket)
        copy.m_counts[bucket] = m_counts[bucket].load(std::memory_order_relaxed);
    return copy;
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
