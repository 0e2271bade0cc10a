// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/health_probe.h"
#include "tests/support/server_fixture.h"

using namespace lifeguard;
using namespace std::chrono_literals;

class TestHealthProbe : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void allIsWellAndNothingIsLeftBehind();
    void aServerThatIsAwayFailsTheFirstAndTheRestIsNotAsked();
    void aFrozenServerEndsARoundByItsDeadline();
    void noFreeConnectionIsSaidInWords();
    void aReadOnlyDefaultDoesNotFailTheWrite();

  private:
    PostgresHealthProbe probe(const std::string& more = {}) const
    {
        return PostgresHealthProbe(PostgresConnector(m_fixture.connection("app") + more, {"health", {}, 2'000ms}));
    }
    ServerFixture m_fixture{{QStringLiteral("max_connections = 12")}};
};

void TestHealthProbe::allIsWellAndNothingIsLeftBehind()
{
    const auto results = probe().run(inSeconds(30));
    QCOMPARE(results.size(), std::size_t{3});
    for (const CheckResult& result : results) {
        QVERIFY2(result.status == HealthStatus::Ok || result.status == HealthStatus::Degraded, result.text.c_str());
        QVERIFY(result.took > 0us);
    }
    QCOMPARE(results[0].kind, CheckKind::Connect);
    QVERIFY(results[0].text.find("unix socket") != std::string::npos);
    QTRY_COMPARE(m_fixture.sessionsOf("health"), 0);
}

void TestHealthProbe::aServerThatIsAwayFailsTheFirstAndTheRestIsNotAsked()
{
    m_fixture.server.stop();
    const auto results = probe().run(inSeconds(30));
    QString error;
    QVERIFY2(m_fixture.server.start(&error), qPrintable(error));
    QCOMPARE(results[0].status, HealthStatus::Failing);
    QCOMPARE(results[1].status, HealthStatus::Unknown);
    QCOMPARE(results[2].status, HealthStatus::Unknown);
    QVERIFY(results[1].text.find("not asked") != std::string::npos);
}

void TestHealthProbe::aFrozenServerEndsARoundByItsDeadline()
{
    m_fixture.server.freeze();
    const TimePoint begin = Clock::now();
    const auto results = probe().run(begin + 300ms);
    const Duration took = Clock::now() - begin;
    m_fixture.server.thaw();
    QCOMPARE(results[0].status, HealthStatus::Failing);
    QVERIFY(took < 10s);
}

void TestHealthProbe::noFreeConnectionIsSaidInWords()
{
    std::vector<std::unique_ptr<PostgresSession>> taken;
    for (int i = 0; i < 9; ++i) // three more are kept for superusers
        taken.push_back(m_fixture.open("app"));
    const auto results = probe().run(inSeconds(30));
    QCOMPARE(results[0].status, HealthStatus::Failing);
    QCOMPARE(results[0].sqlState, std::string("53300"));
    QVERIFY2(results[0].text.find("the server has no free connection") != std::string::npos, results[0].text.c_str());
}

void TestHealthProbe::aReadOnlyDefaultDoesNotFailTheWrite()
{
    const auto results = probe(" options='-c default_transaction_read_only=on'").run(inSeconds(30));
    QVERIFY2(results[2].status != HealthStatus::Failing, results[2].text.c_str()); // the server itself can write
}

QTEST_GUILESS_MAIN(TestHealthProbe)
#include "tst_health_probe.moc"
