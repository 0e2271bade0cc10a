// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert_rule.h"

#include <string>
#include <vector>

namespace lifeguard {

// What an alert file says.
struct AlertFile {
    std::vector<AlertRule> rules; // those that could be understood, in their order
    std::string problem;          // one sentence; empty when everything was understood
};

AlertFile readAlerts(const std::string& toml, int newestVersion);
std::string writeAlerts(const std::vector<AlertRule>& rules, int version);

// The defaults with the file's rules in or after them: one for every pool takes the place of its kind's default.
std::vector<AlertRule> withDefaults(const std::vector<AlertRule>& rules);

// What withDefaults() needs to make these again.
std::vector<AlertRule> withoutDefaults(const std::vector<AlertRule>& rules);

} // namespace lifeguard
