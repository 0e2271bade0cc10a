// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/conninfo.h"

#include <optional>
#include <string>
#include <vector>

namespace lifeguard {

// One of the servers that a connection string lists. Empty means libpq's default.
struct Place {
    std::string host; // name, address or folder of a socket
    std::string hostaddr;
    std::string port;

    bool operator==(const Place&) const = default;
};

// The parameters with what libpq would take from the environment or a service file to say which servers are meant:
// host, hostaddr, port, target_session_attrs. Looks up no name and asks no server. Nothing where a list from there has
// gaps: a place's gap would be filled with the whole list again, so libpq has to try them by itself.
std::optional<ConnectionParameters> withPlacesFromOutside(ConnectionParameters parameters);

// The servers in the order in which they are to be tried; libpq's default place where none is named. Nothing where
// libpq has to refuse them in its own words, since the lists have different lengths.
std::optional<std::vector<Place>> placesIn(const ConnectionParameters& parameters);

// Has to be looked up: no address, and no folder of a socket.
bool isName(const std::string& host);

// The parameters for this one server.
ConnectionParameters parametersAt(ConnectionParameters parameters, const Place& place);

// What target_session_attrs asks for, one after the other, of all servers: "prefer-standby" is a standby, and if there
// is none anything. Nothing asked is one empty wish.
std::vector<std::string> roleWishes(const ConnectionParameters& parameters);

} // namespace lifeguard
