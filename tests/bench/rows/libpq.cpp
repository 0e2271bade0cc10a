// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/libpq.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace lifeguard::bench {

namespace {

// Row C's pools connect after a quiet time. The server's first login after one takes half as long again as the next.
constexpr std::chrono::milliseconds kQuiet{100};

// Takes the result.
void requireRow(PGconn* link, PGresult* taken)
{
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(taken, &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        throw std::runtime_error(PQerrorMessage(link));
}

} // namespace

Link connectTo(const std::string& conninfo)
{
    Link link(PQconnectdb(conninfo.c_str()));
    if (PQstatus(link.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(link.get()));
    return link;
}

void selectOne(PGconn* link)
{
    requireRow(link, PQexec(link, "SELECT 1"));
}

void selectPrepared(PGconn* link)
{
    constexpr const char* kName = "select_one";
    PGresult* result = PQexecPrepared(link, kName, 0, nullptr, nullptr, nullptr, 0);
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state != nullptr && std::string_view(state) == "26000") { // not prepared in this session yet
        PQclear(result);
        PQclear(PQprepare(link, kName, "SELECT 1", 0, nullptr));
        result = PQexecPrepared(link, kName, 0, nullptr, nullptr, nullptr, 0);
    }
    requireRow(link, result);
}

std::chrono::nanoseconds bareOperation(const std::string& conninfo)
{
    std::array<std::chrono::nanoseconds, 5> took{};
    for (auto& one : took) {
        std::this_thread::sleep_for(kQuiet);
        const auto started = std::chrono::steady_clock::now();
        const Link link = connectTo(conninfo);
        selectOne(link.get());
        one = std::chrono::steady_clock::now() - started;
    }
    std::sort(took.begin(), took.end());
    return took[took.size() / 2];
}

} // namespace lifeguard::bench
