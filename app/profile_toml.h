// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/profile.h"

#include <string>
#include <vector>

namespace lifeguard {

// What a profile file says.
struct ProfileFile {
    std::vector<Profile> profiles;
    std::string problem; // one sentence; empty when everything was understood
};

ProfileFile readProfiles(const std::string& toml, int newestVersion);
std::string writeProfiles(const std::vector<Profile>& profiles, int version);

} // namespace lifeguard
