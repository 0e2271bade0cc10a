// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/postgres_session.h"
#include "core/postgres/transaction.h"
#include "tests/support/server_fixture.h"

namespace lifeguard {

inline std::unique_ptr<Pool> makePool(const std::string& connection, int size = 2, PoolOptions options = {})
{
    PoolSetup setup;
    setup.name = "calls";
    setup.options = options;
    setup.options.maxSize = size;
    setup.options.acquireTimeout = std::chrono::seconds{20};
    setup.options.backoff.base = std::chrono::milliseconds{20};
    setup.connector =
        std::make_shared<PostgresConnector>(connection, SessionSettings{"calls", {}, setup.options.statementTimeout});
    return std::make_unique<Pool>(std::move(setup));
}

inline QByteArray words(const CallError& error)
{
    return QByteArray::fromStdString(describe(error));
}

inline std::string stateOf(const CallError& error)
{
    return error.error ? error.error->sqlState : std::string("none");
}

inline int backendOf(pqxx::transaction_base& work)
{
    return work.exec("SELECT pg_backend_pid()")[0][0].as<int>();
}

// What the tests of calls share: a server with two tables, a pool of two connections, made anew for each test, and
// questions about what is left behind.
class CallTest {
  protected:
    void startServer()
    {
        m_fixture.start();
        const auto session = m_fixture.open("app");
        for (const char* sql : {"CREATE TABLE t (x int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
                                "CREATE TABLE accounts (id int PRIMARY KEY, amount int)"})
            QVERIFY(session->run(sql, {}, inSeconds(30)).has_value());
    }

    void beginAnew()
    {
        const auto session = m_fixture.open("app");
        for (const char* sql : {"TRUNCATE t", "TRUNCATE accounts", "INSERT INTO accounts VALUES (1, 100), (2, 100)"})
            QVERIFY(session->run(sql, {}, inSeconds(30)).has_value());
        m_pool = makePool(m_fixture.connection("app"));
    }

    void verifyNothingIsLeft()
    {
        QTRY_COMPARE(m_pool->snapshot().active, 0);
        QCOMPARE(asked("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'calls'"
                       " AND state LIKE 'idle in transaction%'"),
                 0);
    }
    int asked(const std::string& sql)
    {
        const auto session = m_fixture.open("app", "looker");
        const auto rows = session->run(sql, {}, inSeconds(30));
        return rows ? std::stoi(textAt(*rows, 0, 0)) : -1;
    }
    void end(int backend) // returns once it is gone
    {
        m_fixture.ask(QStringLiteral("SELECT pg_terminate_backend(%1, 30000)").arg(backend));
    }

    ServerFixture m_fixture;
    std::unique_ptr<Pool> m_pool;
};

} // namespace lifeguard
