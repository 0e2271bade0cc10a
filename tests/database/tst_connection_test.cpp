// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/connection_test.h"
#include "tests/support/server_fixture.h"

using namespace lifeguard;
using namespace std::chrono_literals;

class TestConnectionTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void everyStepOfAGoodConnectionIsTold();
    void overTcpEachPhaseHasItsOwnTime();
    void aFailureIsToldInItsPhase_data();
    void aFailureIsToldInItsPhase();
    void missingRightsAreToldWithTheGrant();
    void aBadOptionEndsItAtTheFirstStep();
    void aRefusedLoginSaysWhatToDo();

  private:
    static std::vector<ConnectionStep> test(const std::string& connection, const std::string& password = {})
    {
        return testConnection(connection, {"test", password, 2'000ms}, inSeconds(30));
    }
    static QString namesOf(const std::vector<ConnectionStep>& steps)
    {
        QStringList names;
        for (const ConnectionStep& step : steps)
            names << QString::fromStdString(step.name);
        return names.join(QStringLiteral(", "));
    }
    std::string byName(const char* user) const
    {
        return QString::fromStdString(m_fixture.tcp(user))
            .replace(QStringLiteral("127.0.0.1"), QStringLiteral("localhost"))
            .toStdString();
    }
    ServerFixture m_fixture{{}, ServerFixture::Reach::SocketAndTcp};
};

void TestConnectionTest::everyStepOfAGoodConnectionIsTold()
{
    const auto steps = test(m_fixture.connection("watcher"));
    QCOMPARE(namesOf(steps),
             QStringLiteral("Options, Socket, Log in, Version, Read other sessions, End other sessions"));
    for (const ConnectionStep& step : steps)
        QVERIFY2(step.ok && !step.warning, step.text.c_str());
    QVERIFY(steps[3].text.find("PostgreSQL 1") != std::string::npos);
    QVERIFY(steps[3].text.find("watcher") != std::string::npos);
    QCOMPARE(steps[4].text, std::string("allowed"));
    QCOMPARE(steps[5].text, std::string("allowed"));
}

void TestConnectionTest::overTcpEachPhaseHasItsOwnTime()
{
    const auto steps = test(byName("watcher"));
    QCOMPARE(namesOf(steps),
             QStringLiteral("Options, Name, TCP, TLS, Log in, Version, Read other sessions, End other sessions"));
    for (const ConnectionStep& step : steps)
        QVERIFY2(step.ok, step.text.c_str());
    for (std::size_t i = 1; i < steps.size(); ++i)
        QVERIFY2(steps[i].took.count() > 0, steps[i].name.c_str());
    QCOMPARE(steps[1].text, std::string("found 127.0.0.1"));
    QCOMPARE(steps[3].text, std::string("the server offers none"));
    const auto without = test(byName("watcher") + " sslmode=disable");
    QCOMPARE(namesOf(without),
             QStringLiteral("Options, Name, TCP, Log in, Version, Read other sessions, End other sessions"));
}

void TestConnectionTest::aFailureIsToldInItsPhase_data()
{
    QTest::addColumn<QString>("connection");
    QTest::addColumn<QString>("names");
    QTest::addColumn<QString>("words");
    QTest::newRow("name") << QStringLiteral("host=no-such-host.invalid user=app") << QStringLiteral("Options, Name")
                          << QStringLiteral("no-such-host.invalid");
    QTest::newRow("port") << QStringLiteral("host=127.0.0.1 port=1 user=app") << QStringLiteral("Options, TCP")
                          << QStringLiteral("refused");
    QTest::newRow("socket") << QStringLiteral("host=/nowhere user=app") << QStringLiteral("Options, Socket")
                            << QStringLiteral("/nowhere");
    QTest::newRow("TLS") << QString::fromStdString(byName("watcher")) + QStringLiteral(" sslmode=require")
                         << QStringLiteral("Options, Name, TCP, TLS") << QStringLiteral("SSL");
    QTest::newRow("database") << QString::fromStdString(m_fixture.tcp("watcher", "nowhere"))
                              << QStringLiteral("Options, TCP, TLS, Log in") << QStringLiteral("3D000");
}

void TestConnectionTest::aFailureIsToldInItsPhase()
{
    QFETCH(const QString, connection);
    QFETCH(const QString, names);
    QFETCH(const QString, words);
    const auto steps = test(connection.toStdString());
    QCOMPARE(namesOf(steps), names);
    for (std::size_t i = 0; i + 1 < steps.size(); ++i)
        QVERIFY2(steps[i].ok, steps[i].text.c_str());
    QVERIFY(!steps.back().ok);
    QVERIFY2(QString::fromStdString(steps.back().text).contains(words), steps.back().text.c_str());
}

void TestConnectionTest::missingRightsAreToldWithTheGrant()
{
    const auto steps = test(m_fixture.connection("guest"));
    QCOMPARE(steps.size(), std::size_t{6});
    QVERIFY(steps[4].text.find("GRANT pg_monitor TO \"guest\"") != std::string::npos);
    QVERIFY(steps[5].text.find("GRANT pg_signal_backend TO \"guest\"") != std::string::npos);
    QVERIFY(steps[4].ok && steps[4].warning && steps[5].warning);
}

void TestConnectionTest::aBadOptionEndsItAtTheFirstStep()
{
    const auto steps = test("host=db autocommit=1");
    QCOMPARE(steps.size(), std::size_t{1});
    QVERIFY(!steps.front().ok);
    QVERIFY(steps.front().text.find("autocommit") != std::string::npos);
}

void TestConnectionTest::aRefusedLoginSaysWhatToDo()
{
    const auto steps = test(m_fixture.connection("locked"), "wrong-password");
    QCOMPARE(namesOf(steps), QStringLiteral("Options, Socket, Log in"));
    QVERIFY(!steps.back().ok);
    QVERIFY(steps.back().text.find("28P01") != std::string::npos);
    QVERIFY(steps.back().text.find("Give the right password") != std::string::npos);
    QVERIFY(steps.back().text.find("wrong-password") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestConnectionTest)
#include "tst_connection_test.moc"
