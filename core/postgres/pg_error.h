// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"

#include <libpq-fe.h>

#include <exception>
#include <string>

namespace lifeguard {

// libpq's and libpqxx's failures as DatabaseError: one line, no password, the SQLSTATE wherever there is one.

DatabaseError errorOf(const PGresult* result);

// Of a connection that broke while it was used.
DatabaseError errorOfLink(const PGconn* connection);

// Of a failed attempt to connect, with libpq's error text in verbose form: "connection to server at ... failed: FATAL:
// 57P03: ...".
DatabaseError errorOfConnect(const std::string& text);

// Of an exception that libpqxx has thrown. Call it within the catch block.
DatabaseError errorOf(const std::exception& exception);

DatabaseError timeoutError(const std::string& what);

} // namespace lifeguard
