// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/traffic_wave.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lifeguard {

int mostUsers(const TrafficWave& wave)
{
    return std::max(wave.high, wave.burst);
}

int usersAt(const TrafficWave& wave, std::chrono::milliseconds sinceStart)
{
    // A burst ends its interval, so that the beginning is calm.
    if (wave.burst > 0 && sinceStart % wave.burstEvery >= wave.burstEvery - wave.burstLength)
        return wave.burst;
    const double turns =
        static_cast<double>(sinceStart.count()) / static_cast<double>(wave.period.count()) * 2 * std::numbers::pi;
    const double middle = (wave.low + wave.high) / 2.0;
    const double swing = (wave.high - wave.low) / 2.0;
    return static_cast<int>(std::lround(middle - swing * std::cos(turns))); // begins at its lowest
}

} // namespace lifeguard
