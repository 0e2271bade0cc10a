// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/history.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace lifeguard {

namespace {

std::int16_t small(int value)
{
    return static_cast<std::int16_t>(std::clamp<int>(value, 0, std::numeric_limits<std::int16_t>::max()));
}

float inMillis(std::chrono::microseconds time)
{
    return static_cast<float>(time.count()) / 1000.0F;
}

HistoryPoint pointOf(const PoolView& pool, WallTime at)
{
    HistoryPoint point;
    point.at = at;
    point.limit = small(pool.limit());
    // The numbers of an application's pool are the server's last word: once that is old there is nothing to draw.
    point.known =
        pool.kind == PoolKind::Managed || (pool.sampledAt != TimePoint{} && pool.verdict.health != PoolHealth::Stale);
    if (!point.known)
        return point;
    point.active = small(pool.active());
    point.idle = small(pool.idle());
    point.waiting = small(pool.waiting());
    if (pool.acquire.samples > 0) {
        point.p50 = inMillis(pool.acquire.p50);
        point.p95 = inMillis(pool.acquire.p95);
        point.p99 = inMillis(pool.acquire.p99);
    }
    return point;
}

// `worst` keeps its time and takes the larger of each number.
void merge(HistoryPoint& worst, const HistoryPoint& point)
{
    worst.active = std::max(worst.active, point.active);
    worst.idle = std::max(worst.idle, point.idle);
    worst.waiting = std::max(worst.waiting, point.waiting);
    worst.limit = std::max(worst.limit, point.limit);
    worst.p50 = std::max(worst.p50, point.p50);
    worst.p95 = std::max(worst.p95, point.p95);
    worst.p99 = std::max(worst.p99, point.p99);
    worst.known = worst.known || point.known;
}

void dropBefore(std::deque<HistoryPoint>& points, WallTime oldest)
{
    while (!points.empty() && points.front().at < oldest)
        points.pop_front();
}

} // namespace

void History::record(const FleetSnapshot& snapshot)
{
    const std::lock_guard lock(m_mutex);
    for (const PoolView& pool : snapshot.pools)
        append(m_tracks[pool.key], pointOf(pool, snapshot.wallAt));
    const WallTime oldest = snapshot.wallAt - kCoarse;
    std::erase_if(m_tracks, [oldest](const auto& track) {
        return track.second.fine.empty() || track.second.fine.back().at < oldest;
    });
}

void History::append(Track& track, const HistoryPoint& point)
{
    track.fine.push_back(point);
    dropBefore(track.fine, point.at - kFine);
    const WallTime bucket = WallTime{} + (point.at - WallTime{}) / kCoarseStep * kCoarseStep;
    if (!track.coarse.empty() && track.coarse.back().at == bucket) {
        merge(track.coarse.back(), point);
    } else {
        track.coarse.push_back(point);
        track.coarse.back().at = bucket;
        dropBefore(track.coarse, bucket - kCoarse);
    }
}

std::vector<HistoryPoint> History::since(const PoolKey& pool, WallTime after) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_tracks.find(pool);
    if (found == m_tracks.end())
        return {};
    const Track& track = found->second;
    std::vector<HistoryPoint> points;
    const WallTime fineFrom = track.fine.front().at;
    if (after < fineFrom)
        std::copy_if(track.coarse.begin(), track.coarse.end(), std::back_inserter(points),
                     [&](const HistoryPoint& point) { return point.at > after && point.at + kCoarseStep <= fineFrom; });
    const auto newer = std::find_if(track.fine.rbegin(), track.fine.rend(),
                                    [after](const HistoryPoint& point) { return point.at <= after; });
    points.insert(points.end(), newer.base(), track.fine.end());
    return points;
}

} // namespace lifeguard
