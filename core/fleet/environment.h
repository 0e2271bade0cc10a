// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace lifeguard {

// What a database is used for, and so how much harm an action on it can do; in rising order. On production an action
// asks for the pool's name and a reason.
enum class Environment { Development, Staging, Production };
inline constexpr std::array kEnvironments{Environment::Development, Environment::Staging, Environment::Production};

// Stable names for files: "staging".
std::string_view nameOf(Environment environment);
std::optional<Environment> environmentNamed(std::string_view name);

} // namespace lifeguard
