// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/environment.h"
#include "core/pool/pool_options.h"

#include <string>

namespace lifeguard {

// What the user saves: a name, where the database is, pool options, and how dangerous it is. Never a password.
struct Profile {
    std::string name;
    std::string connection; // a libpq URI or keyword string, without a password
    Preset preset = Preset::Default;
    PoolOptions options; // the preset's, or changed from it
    Environment environment = Environment::Development;
    bool readOnly = false; // watched only: the core refuses every action on its pool

    bool operator==(const Profile&) const = default;
};

} // namespace lifeguard
