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
    void missingRightsAreToldWithTheGrant();
    void aBadOptionEndsItAtTheFirstStep();
    void aRefusedLoginSaysWhatToDo();

  private:
    static std::vector<ConnectionStep> test(const std::string& connection, const std::string& password = {})
    {
        return testConnection(connection, {"test", password, 2'000ms}, inSeconds(30));
    }
    ServerFixture m_fixture;
};

void TestConnectionTest::everyStepOfAGoodConnectionIsTold()
{
    const auto steps = test(m_fixture.connection("watcher"));
    QCOMPARE(steps.size(), std::size_t{5});
    for (const ConnectionStep& step : steps)
        QVERIFY2(step.ok, step.text.c_str());
    QVERIFY(steps[1].text.find("PostgreSQL 1") != std::string::npos);
    QVERIFY(steps[1].text.find("watcher") != std::string::npos);
    QCOMPARE(steps[3].text, std::string("allowed"));
    QCOMPARE(steps[4].text, std::string("allowed"));
}

void TestConnectionTest::missingRightsAreToldWithTheGrant()
{
    const auto steps = test(m_fixture.connection("guest"));
    QCOMPARE(steps.size(), std::size_t{5});
    QVERIFY(steps[3].text.find("GRANT pg_monitor TO \"guest\"") != std::string::npos);
    QVERIFY(steps[4].text.find("GRANT pg_signal_backend TO \"guest\"") != std::string::npos);
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
    QCOMPARE(steps.size(), std::size_t{2});
    QVERIFY(!steps.back().ok);
    QVERIFY(steps.back().text.find("28P01") != std::string::npos);
    QVERIFY(steps.back().text.find("Give the right password") != std::string::npos);
    QVERIFY(steps.back().text.find("wrong-password") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestConnectionTest)
#include "tst_connection_test.moc"
