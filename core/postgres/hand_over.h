// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>
#include <pqxx/pqxx>

#include <memory>

namespace lifeguard {

#if PQXX_VERSION_MAJOR >= 7
using PqxxConnection = pqxx::connection;
#else
using PqxxConnection = pqxx::connection_base;
#endif

// Makes libpqxx's connection of one that is open, and owns it from then on. Throws pqxx::failure when it broke
// meanwhile; then it is still the caller's. (A shared_ptr only because libpqxx 6's base class has no virtual
// destructor, and a shared_ptr remembers what it was made for.)
std::shared_ptr<PqxxConnection> handOver(PGconn* connection);

// After DISCARD ALL. libpqxx 6 knows which statements it has prepared, and not that they are gone: a new one over the
// same connection takes the old one's place. Version 7 keeps no such list. Throws as handOver(); then nothing changed.
void forgetPrepared(std::shared_ptr<PqxxConnection>& held, PGconn* connection);

} // namespace lifeguard
