// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/explain.h"

namespace lifeguard {

std::string explain(const DatabaseError& error)
{
    if (error.sqlState == "53300")
        return "the server has no free connection (" + describe(error) + ")";
    return describe(error);
}

} // namespace lifeguard
