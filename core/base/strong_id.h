// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lifeguard {

// A number that can't be mistaken for another kind of number. 0 means none.
template <typename Tag> struct StrongId {
    std::uint64_t value = 0;

    explicit operator bool() const { return value != 0; }
    // Written out: moc 6.4 stops at <compare>.
    friend bool operator==(StrongId left, StrongId right) { return left.value == right.value; }
    friend bool operator<(StrongId left, StrongId right) { return left.value < right.value; }
    friend bool operator>(StrongId left, StrongId right) { return right < left; }
};

using EventId = StrongId<struct EventTag>;
using ConnectionId = StrongId<struct ConnectionTag>;

} // namespace lifeguard
