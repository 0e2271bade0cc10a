// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/places.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdlib>

namespace lifeguard {

namespace {

std::string valueOf(const ConnectionParameters& parameters, const std::string& key)
{
    const auto found = parameters.find(key);
    return found == parameters.end() ? std::string() : found->second;
}

// "a,,b" has three; nothing has none.
std::vector<std::string> listed(const std::string& text)
{
    std::vector<std::string> list;
    for (std::size_t begin = 0; !text.empty() && begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        list.push_back(text.substr(begin, comma - begin));
        begin = comma + 1;
    }
    return list;
}

void put(ConnectionParameters& parameters, const std::string& key, const std::string& value)
{
    if (value.empty())
        parameters.erase(key);
    else
        parameters[key] = value;
}

// Something outside the parameters names a part of the place.
bool namedElsewhere(const ConnectionParameters& parameters)
{
    const bool noHost = valueOf(parameters, "host").empty() && valueOf(parameters, "hostaddr").empty();
    const bool addressFromOutside = parameters.count("hostaddr") == 0 && std::getenv("PGHOSTADDR") != nullptr;
    const char* port = std::getenv("PGPORT");
    const bool portFromOutside =
        parameters.count("port") == 0 && port != nullptr && std::string(port).find(',') != std::string::npos;
    return noHost || addressFromOutside || portFromOutside || parameters.count("service") != 0
           || std::getenv("PGSERVICE") != nullptr;
}

} // namespace

std::optional<std::vector<Place>> placesIn(const ConnectionParameters& parameters)
{
    if (namedElsewhere(parameters))
        return std::nullopt;
    const std::vector<std::string> hosts = listed(valueOf(parameters, "host"));
    const std::vector<std::string> addresses = listed(valueOf(parameters, "hostaddr"));
    const std::vector<std::string> ports = listed(valueOf(parameters, "port"));
    const std::size_t count = std::max(hosts.size(), addresses.size());
    const auto fits = [count](const std::vector<std::string>& list) { return list.empty() || list.size() == count; };
    if (!fits(hosts) || !fits(addresses) || (!fits(ports) && ports.size() != 1))
        return std::nullopt;
    std::vector<Place> places(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (!hosts.empty())
            places[i].host = hosts[i];
        if (!addresses.empty())
            places[i].hostaddr = addresses[i];
        if (!ports.empty())
            places[i].port = ports.size() == 1 ? ports.front() : ports[i];
    }
    return places;
}

bool isName(const std::string& host)
{
    in_addr address{};
    return !host.empty() && host.front() != '/' && host.front() != '@' && host.find(':') == std::string::npos
           && inet_pton(AF_INET, host.c_str(), &address) != 1;
}

ConnectionParameters parametersAt(ConnectionParameters parameters, const Place& place)
{
    put(parameters, "host", place.host);
    put(parameters, "hostaddr", place.hostaddr);
    put(parameters, "port", place.port);
    return parameters;
}

std::vector<std::string> roleWishes(const ConnectionParameters& parameters)
{
    const std::string wish = valueOf(parameters, "target_session_attrs");
    if (wish == "prefer-standby")
        return {"standby", "any"};
    return {wish};
}

} // namespace lifeguard
