// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/registration_steps.h"
#include "core/registration/run_test_registration.h"
#include "tests/support/server_fixture.h"

using namespace lifeguard;
using namespace std::chrono_literals;

class TestRegistrationSteps : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void passesWithoutTheSchemaAndLeavesNothingBehind();
    void passesWithTheSchemaAndLeavesNoRow();
    void aRoleWithoutTheRightFailsAtBeginInWords();
    void aServerThatIsAwayFailsAtAcquire();

  private:
    RegistrationResult runAs(const char* user)
    {
        PoolSetup setup;
        setup.name = "auth";
        setup.options.minSize = 0;
        setup.options.backoff.attempts = 1;
        setup.connector =
            std::make_shared<PostgresConnector>(m_fixture.connection(user), SessionSettings{"auth", {}, 30'000ms});
        Pool pool(std::move(setup));
        RegistrationSetup registration{pool, [](Session& session) -> std::unique_ptr<RegistrationSteps> {
                                           return std::make_unique<PostgresRegistrationSteps>(
                                               static_cast<PostgresSession&>(session));
                                       }};
        registration.timeout = 30s;
        return runTestRegistration(registration);
    }
    QString inShop(const QString& sql)
    {
        const auto session = m_fixture.open("app");
        const auto rows = session->run(sql.toStdString(), {}, inSeconds(30));
        return rows ? QString::fromStdString(textAt(*rows, 0, 0)) : QString::fromStdString(describe(rows.error()));
    }

    ServerFixture m_fixture;
};

void TestRegistrationSteps::passesWithoutTheSchemaAndLeavesNothingBehind()
{
    const RegistrationResult result = runAs("app");
    QVERIFY2(result.passed, result.error.c_str());
    QCOMPARE(result.phases.size(), kRegistrationPhases);
    QVERIFY(result.user.has_value() && result.session.has_value());
    QCOMPARE(result.session->userId, result.user->id);
    QVERIFY(result.user->email.find("@example.invalid") != std::string::npos);
    QCOMPARE(inShop(QStringLiteral("SELECT count(*) FROM pg_namespace WHERE nspname = 'lifeguard_probe'")),
             QStringLiteral("0"));
}

void TestRegistrationSteps::passesWithTheSchemaAndLeavesNoRow()
{
    inShop(QString::fromStdString(registrationSchemaSql()));
    for (int i = 0; i < 20; ++i) {
        const RegistrationResult result = runAs("app");
        QVERIFY2(result.passed, result.error.c_str());
    }
    QCOMPARE(inShop(QStringLiteral("SELECT count(*) FROM lifeguard_probe.users")), QStringLiteral("0"));
    QCOMPARE(inShop(QStringLiteral("SELECT count(*) FROM lifeguard_probe.sessions")), QStringLiteral("0"));
    inShop(QStringLiteral("DROP SCHEMA lifeguard_probe CASCADE"));
}

void TestRegistrationSteps::aRoleWithoutTheRightFailsAtBeginInWords()
{
    const RegistrationResult result = runAs("guest");
    QVERIFY(!result.passed);
    QCOMPARE(result.failedAt, std::optional(RegistrationPhase::Begin));
    QCOMPARE(result.sqlState, std::string("42501"));
    QVERIFY2(result.error.find("permission denied") != std::string::npos, result.error.c_str());
}

void TestRegistrationSteps::aServerThatIsAwayFailsAtAcquire()
{
    m_fixture.server.stop();
    const RegistrationResult result = runAs("app");
    QString error;
    QVERIFY2(m_fixture.server.start(&error), qPrintable(error));
    QVERIFY(!result.passed);
    QCOMPARE(result.failedAt, std::optional(RegistrationPhase::Acquire));
    QVERIFY(!result.user);
}

QTEST_GUILESS_MAIN(TestRegistrationSteps)
#include "tst_registration_steps.moc"
