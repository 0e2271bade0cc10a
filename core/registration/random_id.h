// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace lifeguard {

// From the kernel's generator (getentropy(3)). Any thread.
std::string randomUuid();                 // version 4, as in RFC 9562: "0b9d5e0e-…"
std::string randomHex(std::size_t bytes); // two digits a byte; at most 256 bytes

} // namespace lifeguard
