// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lifeguard {

// What kind of sign the failure gave, for failures that carry no SQLSTATE.
enum class ErrorSign {
    Server,       // the server answered with a SQLSTATE
    LinkLost,     // the connection broke without a word from the server
    Refused,      // nothing listens there
    Unreachable,  // no route
    NameNotFound, // the host name does not resolve
    Tls,          // TLS negotiation or certificate
    Timeout,      // no answer within the time allowed
    BadOption,    // the connection string or an option is wrong; nothing was sent
    Cancelled,    // we gave up on purpose (shutdown)
    Other,
};

// One failure of a database session, from core/postgres to the screen. It never holds a password.
struct DatabaseError {
    ErrorSign sign = ErrorSign::Other;
    std::string sqlState; // five characters, or empty where the failure carried none
    std::string message;  // the server's or the library's own words, one line
    std::string detail;   // more for engineers (DETAIL, HINT); may be empty

    bool operator==(const DatabaseError&) const = default;
};

// "57P03 the database system is starting up", or the message alone where there is no SQLSTATE.
std::string describe(const DatabaseError& error);

} // namespace lifeguard
