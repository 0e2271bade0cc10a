// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/environment.h"

namespace lifeguard {

std::string_view nameOf(Environment environment)
{
    constexpr std::array<std::string_view, kEnvironments.size()> kNames{"development", "staging", "production"};
    return kNames[static_cast<std::size_t>(environment)];
}

std::optional<Environment> environmentNamed(std::string_view name)
{
    for (const Environment each : kEnvironments)
        if (nameOf(each) == name)
            return each;
    return std::nullopt;
}

} // namespace lifeguard
