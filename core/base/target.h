// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lifeguard {

// Where a connection string leads, parsed and checked; no password in it.
struct Target {
    std::string server; // "db.internal:5432", or the socket's folder and port
    std::string database;
    std::string user;
    std::string display; // "db.internal:5432/orders"
};

} // namespace lifeguard
