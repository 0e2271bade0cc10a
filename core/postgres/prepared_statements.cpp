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
    const bool uselessPlan = known != m_names.end() && known->second.empty();
    if (!m_direct || uselessPlan || (known == m_names.end() && m_names.size() >= kMost))
        return runQuery(connection, sql, parameters, deadline);
    tl::expected<PgResult, DatabaseError> result;
    if (known == m_names.end()) {
        const std::string name = nameFor(sql);
        result = prepare(connection, name, sql, deadline);
        if (result)
            known = m_names.emplace(sql, name).first;
    }
    if (known != m_names.end())
        result = runNamed(connection, known->second, parameters, deadline);
    if (result)
        return result;
    const std::string& state = result.error().sqlState;
    if (state == "26000" || state == "42P05")
        m_direct = false;
    else if (state == "0A000" && known != m_names.end())
        known->second.clear(); // the server keeps the name: to prepare it again would fail, and end a transaction
    else
        return result;
    return PQtransactionStatus(connection) == PQTRANS_IDLE ? runQuery(connection, sql, parameters, deadline)
                                                           : std::move(result);
}

} // namespace lifeguard
