// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/libpq.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <thread>

namespace lifeguard::bench {

namespace {

// Row C's pools connect after a quiet time. The server's first login after one takes half as long again as the next.
constexpr std::chrono::milliseconds kQuiet{100};

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
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(link, "SELECT 1"), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        throw std::runtime_error(PQerrorMessage(link));
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
