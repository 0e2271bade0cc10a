// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/conninfo.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace lifeguard {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// How long a link that went dead without a word is believed in: probes after 10 s of silence, three of them 5 s apart,
// and 15 s for sent data to be acknowledged. Below the 30 s of a statement, above any pause of a healthy network.
const ConnectionParameters kLinkDefaults{{"keepalives", "1"},
                                         {"keepalives_idle", "10"},
                                         {"keepalives_interval", "5"},
                                         {"keepalives_count", "3"},
                                         {"tcp_user_timeout", "15000"}};

DatabaseError badOption(std::string message)
{
    return {ErrorSign::BadOption, {}, std::move(message), {}};
}

// The name of the option that libpq doesn't know, where that can't be a piece of a password: libpq takes one for it
// that stands unquoted ("password=two w=ords") or holds a "/" ("//app:1/x?y=z@db").
std::string unknownOption(const std::string& connection, const std::string& words)
{
    if (words.rfind("invalid URI query parameter", 0) != 0 && words.rfind("invalid connection option", 0) != 0)
        return {};
    const std::size_t open = words.find('"');
    const std::size_t close = words.rfind('"');
    if (open >= close)
        return {};
    std::string name = words.substr(open + 1, close - open - 1);
    const std::size_t at = connection.find(name);
    const bool maybeSecret = connection.find("password") != std::string::npos || at == std::string::npos
                             || connection.find('@', at) != std::string::npos;
    const bool oneLine =
        std::none_of(name.begin(), name.end(), [](unsigned char letter) { return std::iscntrl(letter); });
    return maybeSecret || !oneLine ? std::string() : name;
}

// libpq's other words repeat what they complain about, which may be the password.
DatabaseError refusalOf(const std::string& connection, const char* words)
{
    const std::string option = unknownOption(connection, words == nullptr ? "" : words);
    if (!option.empty())
        return badOption("The connection string can't be used: there is no option \"" + option + "\"");
    return badOption(
        "The connection string can't be read. It is a URI, with everything but letters and digits in names "
        "percent-encoded (\"/\" is %2F), or a list of key=value, with values that hold blanks in single "
        "quotes; a port is a number.");
}

// In "//app:se/cret@db" libpq takes "app" for the host and "se" for the port.
bool isPort(const std::string& text)
{
    return text.find_first_not_of("0123456789, ") == std::string::npos;
}

// "//app:12/cret@db": the rest of what is a password would be shown as the database's name.
bool hasAtInPath(const std::string& connection)
{
    if (connection.rfind("postgresql://", 0) != 0 && connection.rfind("postgres://", 0) != 0)
        return false;
    const std::size_t path = connection.find('/', connection.find("://") + 3);
    return path != std::string::npos && connection.find('@', path) < connection.find('?', path);
}

std::string valueOr(const ConnectionParameters& parameters, const std::string& key, const std::string& fallback)
{
    const auto found = parameters.find(key);
    return found == parameters.end() || found->second.empty() ? fallback : found->second;
}

} // namespace

tl::expected<ConnectionParameters, DatabaseError> parseConnection(const std::string& connection)
{
    char* words = nullptr;
    const Options options(PQconninfoParse(connection.c_str(), &words), &PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> freeWords(words, &PQfreemem);
    if (!options)
        return tl::unexpected(refusalOf(connection, words));
    ConnectionParameters parameters;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            parameters[option->keyword] = option->val;
    if (parameters.count("password") != 0 || parameters.count("sslpassword") != 0)
        return tl::unexpected(badOption("Keep the password out of the connection string. It is taken from PGPASSWORD, "
                                        "~/.pgpass, pg_service.conf or a prompt."));
    if (!isPort(valueOr(parameters, "port", "")) || hasAtInPath(connection))
        return tl::unexpected(refusalOf(connection, nullptr));
    return parameters;
}

Target targetOf(const ConnectionParameters& parameters)
{
    ConnectionParameters all;
    const Options defaults(PQconndefaults(), &PQconninfoFree);
    for (const PQconninfoOption* option = defaults.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            all[option->keyword] = option->val;
    for (const auto& [key, value] : parameters)
        all[key] = value;
    const std::string host = valueOr(all, "host", valueOr(all, "hostaddr", "/var/run/postgresql"));
    const std::string port = valueOr(all, "port", "5432");
    Target target;
    target.user = valueOr(all, "user", "");
    target.database = valueOr(all, "dbname", target.user);
    target.server = host + ":" + port;
    target.display = (host.front() == '/' ? "local" : host) + ":" + port + "/" + target.database;
    if (parameters.count("service") != 0
        && parameters.count("host") == 0) { // only libpq knows what the service file says
        target.server = "service " + parameters.at("service");
        target.display = target.server;
    }
    return target;
}

ConnectionParameters connectParameters(const ConnectionParameters& parameters, const SessionSettings& settings,
                                       bool withOptions)
{
    ConnectionParameters all = kLinkDefaults;
    for (const auto& [key, value] : parameters)
        all[key] = value;
    if (!settings.applicationName.empty()) // by it the console tells its own sessions from those that it may end
        all["application_name"] = settings.applicationName;
    if (!settings.password.empty())
        all["password"] = settings.password;
    if (withOptions) {
        std::string options;
        for (const auto& [name, value] : serverSettings(settings))
            options += "-c " + name + "=" + value + " ";
        all["options"] = options + valueOr(parameters, "options", ""); // the last one said wins
    }
    return all;
}

} // namespace lifeguard
