// SPDX-License-Identifier: GPL-3.0-or-later
// The main() of every contestant.
#pragma once

#include "tests/bench/rows/fault_rows.h"
#include "tests/bench/rows/open_row.h"
#include "tests/bench/rows/parked_thread.h"
#include "tests/bench/rows/traffic_rows.h"

#include <cstdio>
#include <cstdlib>

namespace lifeguard::bench {

template <Contestant T> Metrics measure(const Order& order)
{
    switch (order.row.front()) {
    case 'a':
        return acquireRow<T>(order, order.row.back() - '0');
    case 'h':
        return holdRow<T>(order);
    case 'b':
        return queryRow<T>(order);
    case 'c':
        return terminatedRow<T>(order);
    case 'd':
        return outageRow<T>(order);
    case 'e':
        return frozenRow<T>(order);
    default:
        return openRow<T>(order);
    }
}

// As in the table: "A1", "H".
inline std::string titleOf(const Order& order)
{
    std::string title = order.row;
    title.front() = static_cast<char>(title.front() - 'a' + 'A');
    return title;
}

template <Contestant T> int benchMain(int argc, char** argv)
{
    try {
        const Order order = orderFrom(argc, argv);
        const ParkedThread parked;
        Metrics line;
        line.addJson("contestant", jsonText(T::kName));
        line.addJson("row", jsonText(titleOf(order)));
        line.addJson("metrics", measure<T>(order).json());
        say(line.json());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        std::_Exit(1);
    }
    std::_Exit(0); // without destructors: in rows D and E threads may hang in a call that never returns
}

} // namespace lifeguard::bench
