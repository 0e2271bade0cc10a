// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/places.h"

#include "core/postgres/pg_connect.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
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

// What says which servers are meant, and libpq's variable for it.
struct PlaceKey {
    const char* key;
    const char* variable;
};
constexpr std::array<PlaceKey, 4> kPlaceKeys{{{"host", "PGHOST"},
                                              {"hostaddr", "PGHOSTADDR"},
                                              {"port", "PGPORT"},
                                              {"target_session_attrs", "PGTARGETSESSIONATTRS"}}};

bool mayBeNamedOutside(const ConnectionParameters& parameters)
{
    return !valueOf(parameters, "service").empty() || std::getenv("PGSERVICE") != nullptr
           || std::any_of(kPlaceKeys.begin(), kPlaceKeys.end(), [&parameters](const PlaceKey& each) {
                  return valueOf(parameters, each.key).empty() && std::getenv(each.variable) != nullptr;
              });
}

// All that libpq would connect with. It has no function for that but for a connection, so it is given one that it
// refuses before it looks at any host: with a TLS mode that there isn't.
ConnectionParameters completedByLibpq(ConnectionParameters parameters)
{
    parameters["sslmode"] = "none of libpq's";
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : parameters) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    const PgConnection refused(PQconnectStartParams(keys.data(), values.data(), 0));
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(refused.get()),
                                                                               &PQconninfoFree);
    ConnectionParameters all;
    for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            all[option->keyword] = option->val;
    return all;
}

} // namespace

std::optional<ConnectionParameters> withPlacesFromOutside(ConnectionParameters parameters)
{
    if (!mayBeNamedOutside(parameters))
        return parameters;
    const ConnectionParameters all = completedByLibpq(parameters);
    for (const PlaceKey& each : kPlaceKeys) {
        const std::string value = valueOf(all, each.key);
        const std::vector<std::string> list = listed(value);
        if (!valueOf(parameters, each.key).empty() || list.empty())
            continue;
        if (std::any_of(list.begin(), list.end(), [](const std::string& one) { return one.empty(); }))
            return std::nullopt;
        parameters[each.key] = value;
    }
    return parameters;
}

std::optional<std::vector<Place>> placesIn(const ConnectionParameters& parameters)
{
    const std::vector<std::string> hosts = listed(valueOf(parameters, "host"));
    const std::vector<std::string> addresses = listed(valueOf(parameters, "hostaddr"));
    const std::vector<std::string> ports = listed(valueOf(parameters, "port"));
    const std::size_t count = std::max({hosts.size(), addresses.size(), std::size_t{1}});
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
