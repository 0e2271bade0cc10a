// SPDX-License-Identifier: Apache-2.0
#include "core/base/database_error.h"

namespace lifeguard {

std::string describe(const DatabaseError& error)
{
    if (error.sqlState.empty())
        return error.message;
    return error.sqlState + " " + error.message;
}

} // namespace lifeguard
