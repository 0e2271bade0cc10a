// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/windows.h"

namespace lifeguard {

namespace {

// Leaves one sample at or before the window's beginning: the one that growth is counted from.
template <typename Samples> void dropBefore(Samples& samples, TimePoint begin)
{
    while (samples.size() > 1 && samples[1].at <= begin)
        samples.pop_front();
}

} // namespace

LatencySummary LatencyWindow::record(const Histogram& sinceOpening, TimePoint now)
{
    if (m_samples.empty()) // before the first sample there was nothing
        m_samples.push_back({now - kLength, Histogram{}});
    m_samples.push_back({now, sinceOpening});
    dropBefore(m_samples, now - kLength);
    const Histogram recent = sinceOpening.since(m_samples.front().histogram);
    return {recent.count(), recent.percentile(0.50), recent.percentile(0.95), recent.percentile(0.99)};
}

int CounterWindow::record(std::uint64_t sinceOpening, TimePoint now)
{
    if (m_samples.empty())
        m_samples.push_back({now - kLength, 0});
    if (m_samples.back().count != sinceOpening)
        m_samples.push_back({now, sinceOpening});
    dropBefore(m_samples, now - kLength);
    return static_cast<int>(sinceOpening - m_samples.front().count);
}

} // namespace lifeguard
