// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lifeguard::bench {

std::string jsonNumber(std::optional<double> value); // null when unset or not finite
std::string jsonText(std::string_view text);

// The metrics of one row, in the order in which they were added.
class Metrics {
  public:
    void add(std::string name, std::optional<double> value);
    void addJson(std::string name, std::string json); // a value that is JSON already
    std::string json() const;

  private:
    std::vector<std::pair<std::string, std::string>> m_values;
};

} // namespace lifeguard::bench
