// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/prepared_statements.h"

#include <array>
#include <cstdio>

namespace lifeguard {

namespace {

// Each costs the server some KiB in every session; an application that has more makes them up as it goes.
constexpr std::size_t kMost = 256;

// By the text and nothing else: behind a pooler that hands one server session to several clients, a name that means
// another statement there would run that one. (FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/)
std::string nameFor(const std::string& sql)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char each : sql)
        hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "lifeguard_%016llx", static_cast<unsigned long long>(hash));
    return name.data();
}

} // namespace

tl::expected<PgResult, DatabaseError> PreparedStatements::run(PGconn* connection, const std::string& sql,
                                                              const std::vector<std::string>& parameters,
                                                              TimePoint deadline)
{
    auto known = m_names.find(sql);
    if (known == m_names.end()) {
        if (m_names.size() >= kMost)
            return runQuery(connection, sql, parameters, deadline);
        const std::string name = nameFor(sql);
        auto prepared = prepare(connection, name, sql, deadline);
        if (!prepared && prepared.error().sqlState != "42P05") // it is there: another client of a pooler's
            return prepared;
        known = m_names.emplace(sql, name).first;
    }
    if (known->second.empty())
        return runQuery(connection, sql, parameters, deadline);
    auto result = runNamed(connection, known->second, parameters, deadline);
    const std::string state = result ? std::string() : result.error().sqlState;
    if (state == "26000")
        m_names.erase(known);
    else if (state == "0A000") // the server keeps the name: to prepare it again would fail, and end a transaction
        known->second.clear();
    else
        return result;
    return PQtransactionStatus(connection) == PQTRANS_IDLE ? runQuery(connection, sql, parameters, deadline)
                                                           : std::move(result);
}

} // namespace lifeguard
