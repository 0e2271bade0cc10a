// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"
#include "core/base/target.h"
#include "core/postgres/session_settings.h"

#include <map>
#include <string>
#include <tl/expected.hpp>

namespace lifeguard {

// libpq's keywords and values, in libpq's spelling ("host", "dbname", "options").
using ConnectionParameters = std::map<std::string, std::string>;

// Reads a libpq URI or keyword string. An option that libpq doesn't know is refused by its name, and a password is
// refused too: it belongs to the environment, ~/.pgpass, pg_service.conf or a prompt. Neither the error nor anything
// else repeats the password.
tl::expected<ConnectionParameters, DatabaseError> parseConnection(const std::string& connection);

// Where the parameters lead, with what libpq takes from the environment, the service file and its own defaults.
Target targetOf(const ConnectionParameters& parameters);

// All parameters for PQconnectStartParams. `withOptions`: send the server settings as start-up options; a transaction
// pooler refuses those, and then they are set by SQL instead; the profile's own start-up options are always sent.
ConnectionParameters connectParameters(const ConnectionParameters& parameters, const SessionSettings& settings,
                                       bool withOptions);

} // namespace lifeguard
