// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/primary_watch.h"

#include "core/postgres/pg_query.h"

#include <cstdlib>
#include <cstring>

namespace lifeguard {

namespace {

// libpq's own rule: the parameter, else the environment.
std::string wishIn(const ConnectionParameters& parameters)
{
    if (const auto found = parameters.find("target_session_attrs"); found != parameters.end())
        return found->second;
    const char* const outside = std::getenv("PGTARGETSESSIONATTRS");
    return outside == nullptr ? std::string() : outside;
}

bool isOn(const PGconn* connection, const char* parameter)
{
    const char* const value = PQparameterStatus(connection, parameter);
    return value != nullptr && std::strcmp(value, "on") == 0;
}

} // namespace

std::shared_ptr<PrimaryWatch> PrimaryWatch::make(const ConnectionParameters& parameters,
                                                 const SessionSettings& settings)
{
    const std::string wish = wishIn(parameters);
    if (!settings.needsWritable && wish != "read-write" && wish != "primary")
        return nullptr;
    return std::make_shared<PrimaryWatch>(wish != "primary");
}

bool PrimaryWatch::saysReadOnly(const PGconn* connection) const
{
    return isOn(connection, "in_hot_standby") || (m_defaultCounts && isOn(connection, "default_transaction_read_only"));
}

tl::expected<PrimaryWatch::Verdict, DatabaseError> PrimaryWatch::ask(PGconn* connection, TimePoint deadline) const
{
    // reset_val is what the session began with, or what the server's configuration says since.
    const auto rows = runQuery(connection,
                               "SELECT pg_catalog.pg_is_in_recovery(), reset_val = 'on', setting = 'on'"
                               " FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'",
                               {}, deadline);
    if (!rows)
        return tl::unexpected(rows.error());
    const auto says = [&rows](int column) { return textAt(*rows, 0, column) == "t"; };
    if (says(0) || (m_defaultCounts && says(1)))
        return Verdict::ReadOnly;
    return m_defaultCounts && says(2) ? Verdict::SessionReadOnly : Verdict::Writable;
}

DatabaseError PrimaryWatch::error()
{
    return {
        ErrorSign::Server, "25006", "the server turned read-only: it is a standby now, or writing is switched off", {}};
}

tl::expected<ConnectionParameters, DatabaseError> withRole(ConnectionParameters parameters,
                                                           const SessionSettings& settings)
{
    const std::string wish = wishIn(parameters);
    if (!settings.needsWritable || wish == "read-write" || wish == "primary")
        return parameters;
    if (!wish.empty() && wish != "any")
        return tl::unexpected(DatabaseError{ErrorSign::BadOption,
                                            {},
                                            "needsWritable asks for a server that can be written to, and "
                                            "target_session_attrs="
                                                + wish + " for another one",
                                            {}});
    parameters["target_session_attrs"] = "read-write";
    return parameters;
}

} // namespace lifeguard
