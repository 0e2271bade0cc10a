// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/pg_connect.h"

#include <pqxx/pqxx>

#include <memory>

namespace lifeguard {

#if PQXX_VERSION_MAJOR >= 7
using PqxxConnection = pqxx::connection;
#else
using PqxxConnection = pqxx::connection_base;
#endif

// Makes libpqxx's connection of one that is open. libpqxx 7 owns it from then on; with libpqxx 6 it stays the caller's,
// who must keep it for longer. Throws pqxx::failure when it broke meanwhile. (A shared_ptr only because libpqxx 6's
// base class has no virtual destructor, and a shared_ptr remembers what it was made for.)
std::shared_ptr<PqxxConnection> handOver(PgConnection& connection);

} // namespace lifeguard
