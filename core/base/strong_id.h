// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace lifeguard
{

// A number that can't be mistaken for another kind of number. 0 means none.
template <typename Tag> struct StrongId {
    std::uint64_t value = 0;

    explicit operator bool() const { return value != 0; }
    auto operator<=>(const StrongId&) const = default;
};

using EventId = StrongId<struct EventTag>;
using ConnectionId = StrongId<struct ConnectionTag>;

} // namespace lifeguard
