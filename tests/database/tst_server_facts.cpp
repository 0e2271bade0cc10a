// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/postgres_driver.h"
#include "core/postgres/server_facts.h"
#include "tests/support/server_fixture.h"

using namespace lifeguard;
using namespace std::chrono_literals;

class TestServerFacts : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void theServersOwnSettingsAreRead();
    void whatIsSetForTheRoleCounts();
    void aServerThatCantBeAskedSaysWhy();

  private:
    tl::expected<ServerFacts, DatabaseError> factsFor(const std::string& connection)
    {
        Profile profile;
        profile.connection = connection; // the statement time-out of its options must not be taken for the server's
        return PostgresDriver("facts").serverFacts(profile, {}, inSeconds(30));
    }

    ServerFixture m_fixture{
        {QStringLiteral("max_connections = 42"), QStringLiteral("superuser_reserved_connections = 5"),
         QStringLiteral("idle_session_timeout = 10min"), QStringLiteral("idle_in_transaction_session_timeout = 90s")}};
};

void TestServerFacts::theServersOwnSettingsAreRead()
{
    const auto facts = factsFor(m_fixture.connection("app"));
    QVERIFY2(facts.has_value(), facts ? "" : describe(facts.error()).c_str());
    QCOMPARE(facts->maxConnections, 42);
    QCOMPARE(facts->reservedConnections, 5);
    QCOMPARE(facts->idleSessionTimeout, std::optional<std::chrono::milliseconds>(10min));
    QCOMPARE(facts->idleInTransactionTimeout, std::optional<std::chrono::milliseconds>(90s));
    QCOMPARE(facts->statementTimeout, std::optional<std::chrono::milliseconds>(0ms));
    QTRY_COMPARE(m_fixture.sessionsOf("facts"), 0); // nothing stays open
}

void TestServerFacts::whatIsSetForTheRoleCounts()
{
    m_fixture.ask(QStringLiteral("ALTER ROLE guest SET statement_timeout = '70s'"));
    const auto facts = factsFor(m_fixture.connection("guest"));
    QVERIFY2(facts.has_value(), facts ? "" : describe(facts.error()).c_str());
    QCOMPARE(facts->statementTimeout, std::optional<std::chrono::milliseconds>(70s));
}

void TestServerFacts::aServerThatCantBeAskedSaysWhy()
{
    const auto facts = factsFor(m_fixture.connection("app", "nowhere"));
    QVERIFY(!facts);
    QCOMPARE(facts.error().sqlState, std::string("3D000"));
}

QTEST_GUILESS_MAIN(TestServerFacts)
#include "tst_server_facts.moc"
