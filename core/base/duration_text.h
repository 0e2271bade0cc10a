// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace lifeguard {

// A duration as people read it, with two significant figures or so: "340 µs", "1.8 ms", "0.5 s", "41 s", "3 min 12 s",
// "2 h 5 min".
std::string durationText(std::chrono::nanoseconds duration);

} // namespace lifeguard
