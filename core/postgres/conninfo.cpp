// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/conninfo.h"

#include <libpq-fe.h>

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

std::string oneLine(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    return text;
}

std::string refusalOf(const char* words)
{
    std::string text = oneLine(words == nullptr ? "not a connection string" : words);
    if (text.find("password") != std::string::npos) // the words may repeat what stands beside it
        text = "the part with the password can't be read";
    return "The connection string can't be used: " + text;
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
        return tl::unexpected(badOption(refusalOf(words)));
    ConnectionParameters parameters;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            parameters[option->keyword] = option->val;
    if (parameters.count("password") != 0 || parameters.count("sslpassword") != 0)
        return tl::unexpected(badOption("Keep the password out of the connection string. It is taken from PGPASSWORD, "
                                        "~/.pgpass, pg_service.conf or a prompt."));
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

std::map<std::string, std::string> serverSettings(const SessionSettings& settings)
{
    std::map<std::string, std::string> made;
    if (settings.statementTimeout.count() > 0)
        made["statement_timeout"] = std::to_string(settings.statementTimeout.count());
    // The server looks once a second whether a client whose statement runs is still there, so that what a hard reset
    // cuts doesn't go on running. PostgreSQL 14 and later.
    made["client_connection_check_interval"] = "1000";
    return made;
}

ConnectionParameters connectParameters(const ConnectionParameters& parameters, const SessionSettings& settings,
                                       bool withOptions)
{
    ConnectionParameters all = kLinkDefaults;
    if (!settings.applicationName.empty())
        all["application_name"] = settings.applicationName;
    for (const auto& [key, value] : parameters)
        all[key] = value;
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
