// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/server_facts.h"

#include <cstdlib>
#include <map>

namespace lifeguard {

tl::expected<ServerFacts, DatabaseError> readServerFacts(PostgresSession& session, TimePoint deadline)
{
    // A setting that this version doesn't know has no row. The times are in milliseconds there.
    const auto rows = session.run("SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ('max_connections', "
                                  "'superuser_reserved_connections', 'reserved_connections', 'idle_session_timeout', "
                                  "'idle_in_transaction_session_timeout', 'statement_timeout')",
                                  {}, deadline);
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::string, std::int64_t> settings;
    for (int row = 0; row < PQntuples(rows->get()); ++row)
        settings[textAt(*rows, row, 0)] = std::strtoll(textAt(*rows, row, 1).c_str(), nullptr, 10);
    const auto count = [&settings](const char* name) {
        const auto found = settings.find(name);
        return found == settings.end() ? 0 : static_cast<int>(found->second);
    };
    const auto limit = [&settings](const char* name) -> std::optional<std::chrono::milliseconds> {
        const auto found = settings.find(name);
        if (found == settings.end())
            return std::nullopt;
        return std::chrono::milliseconds{found->second};
    };
    ServerFacts facts;
    facts.maxConnections = count("max_connections");
    facts.reservedConnections =
        count("superuser_reserved_connections") + count("reserved_connections"); // the latter: 16
    facts.idleSessionTimeout = limit("idle_session_timeout");
    facts.idleInTransactionTimeout = limit("idle_in_transaction_session_timeout");
    facts.statementTimeout = limit("statement_timeout");
    return facts;
}

} // namespace lifeguard
