// SPDX-License-Identifier: Apache-2.0
// Counts in a database how often it was called: visits 'host=localhost dbname=shop'
#include "core/postgres/postgres_connector.h"
#include "core/postgres/transaction.h"

#include <iostream>

int main(int argc, char** argv)
{
    using namespace std::chrono_literals;

    lifeguard::PoolSetup setup;
    setup.name = "visits";
    setup.options.maxSize = 4;
    setup.connector =
        std::make_shared<lifeguard::PostgresConnector>(argc > 1 ? argv[1] : "", settingsFor(setup.options, "visits"));
    setup.onEvent = [](const lifeguard::Event& event) { std::clog << event.text << '\n'; };
    lifeguard::Pool pool(std::move(setup));

    // Repeated while that is safe, for at most two seconds; committed, or rolled back, in any case.
    const auto visits =
        lifeguard::transaction(pool, {.holder = "count a visit", .timeout = 2s}, [](pqxx::dbtransaction& work) {
            work.exec("CREATE TABLE IF NOT EXISTS visits (at timestamptz DEFAULT now())");
            work.exec("INSERT INTO visits DEFAULT VALUES");
            return work.exec("SELECT count(*) FROM visits")[0][0].as<int>();
        });
    if (!visits) {
        std::cerr << describe(visits.error()) << '\n';
        return 1;
    }
    std::cout << *visits << '\n';
}
