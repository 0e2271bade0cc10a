// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"

#include <string>

namespace lifeguard {

// "the server has no free connection (53300 sorry, too many clients already)": the failure with what it means, where
// its own words leave that open.
std::string explain(const DatabaseError& error);

inline std::string quoted(const std::string& name)
{
    return "\"" + name + "\"";
}

} // namespace lifeguard
