// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace lifeguard {

// How many users are at work at a time: a slow sine between `low` and `high`, and now and then, for a moment, `burst`
// of them, more than the pool has connections, so that callers wait.
struct TrafficWave {
    int low = 2;
    int high = 9;
    std::chrono::milliseconds period{40'000};
    int burst = 0; // 0: never
    std::chrono::milliseconds burstEvery{45'000};
    std::chrono::milliseconds burstLength{5'000};
};

int mostUsers(const TrafficWave& wave);
int usersAt(const TrafficWave& wave, std::chrono::milliseconds sinceStart);

} // namespace lifeguard
