// SPDX-License-Identifier: Apache-2.0
#include "core/registration/run_test_registration.h"

#include "core/registration/rfc3339.h"
#include "tests/support/fake_driver.h"
#include "tests/support/pool_fixture.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <thread>

using namespace lifeguard;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(lifeguard::RegistrationPhase)

class TestRegistration : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aPassedOneHasEveryPhaseInOrderWithItsTime();
    void theUserIsMarkedAsSyntheticAndTheSessionIsTheUsers();
    void aFailedStepIsNamedAndRolledBack_data();
    void aFailedStepIsNamedAndRolledBack();
    void aFailedRollbackDiscardsTheConnection();
    void whatIsReadBackChangedFails();
    void anotherFormOfTheSameTimeIsNoChange();
    void withoutAConnectionItFailsAtAcquireWithTheNumbers();
    void theTimeOfValidationIsNotCountedAsAcquire();
    void jsonHasBothRowsAndHidesTheToken();
    void jsonOfAFailedOneHasNulls();

  private:
    static RegistrationResult run(PoolFixture& fixture, std::map<RegistrationPhase, DatabaseError> errors = {},
                                  const std::function<void(FakeSteps&)>& arrange = {});
};

RegistrationResult TestRegistration::run(PoolFixture& fixture, std::map<RegistrationPhase, DatabaseError> errors,
                                         const std::function<void(FakeSteps&)>& arrange)
{
    RegistrationSetup setup{*fixture.pool, [&](Session&) -> std::unique_ptr<RegistrationSteps> {
                                auto steps = std::make_unique<FakeSteps>(errors);
                                steps->onStep = [&fixture](RegistrationPhase) { fixture.time->advance(3ms); };
                                if (arrange)
                                    arrange(*steps);
                                return steps;
                            }};
    setup.time = fixture.time.get();
    return runTestRegistration(setup);
}

void TestRegistration::aPassedOneHasEveryPhaseInOrderWithItsTime()
{
    PoolFixture fixture;
    const RegistrationResult result = run(fixture);
    QVERIFY2(result.passed, result.error.c_str());
    QCOMPARE(result.pool, std::string("orders"));
    QCOMPARE(result.phases.size(), kRegistrationPhases);
    for (std::size_t phase = 0; phase < kRegistrationPhases; ++phase) {
        QCOMPARE(result.phases[phase].phase, static_cast<RegistrationPhase>(phase));
        if (result.phases[phase].phase >= RegistrationPhase::Begin)
            QVERIFY(result.phases[phase].took == 3ms);
    }
    QVERIFY(result.total >= 15ms);
    QVERIFY(result.error.empty());
    QTRY_COMPARE_WITH_TIMEOUT(fixture.pool->snapshot().active, 0, 30'000);
}

void TestRegistration::theUserIsMarkedAsSyntheticAndTheSessionIsTheUsers()
{
    PoolFixture fixture;
    const RegistrationResult result = run(fixture);
    QVERIFY(result.user && result.session);
    QCOMPARE(result.user->email, "lifeguard+" + result.user->id + "@example.invalid");
    QVERIFY(!result.user->emailVerified);
    QCOMPARE(result.session->userId, result.user->id);
    QVERIFY(result.session->id != result.user->id);
    QCOMPARE(result.session->sessionToken.size(), std::size_t{64});
    QVERIFY(*fromRfc3339(result.session->expires) - *fromRfc3339(result.user->createdAt) == 24h);
}

void TestRegistration::aFailedStepIsNamedAndRolledBack_data()
{
    QTest::addColumn<RegistrationPhase>("phase");
    for (const RegistrationPhase phase : {RegistrationPhase::Begin, RegistrationPhase::InsertUser,
                                          RegistrationPhase::InsertSession, RegistrationPhase::Verify})
        QTest::newRow(std::string(nameOf(phase)).c_str()) << phase;
}

void TestRegistration::aFailedStepIsNamedAndRolledBack()
{
    QFETCH(RegistrationPhase, phase);
    PoolFixture fixture;
    std::vector<RegistrationPhase> steps;
    const RegistrationResult result =
        run(fixture, {{phase, serverError("42501", "permission denied")}}, [&steps](FakeSteps& scripted) {
            scripted.onStep = [&steps](RegistrationPhase step) { steps.push_back(step); };
        });
    QVERIFY(!result.passed);
    QVERIFY(result.failedAt == phase);
    QCOMPARE(result.sqlState, std::string("42501"));
    QCOMPARE(result.error, std::string("42501 permission denied"));
    QCOMPARE(result.phases.size(), static_cast<std::size_t>(phase)); // those before it
    QCOMPARE(steps.back(), RegistrationPhase::Rollback);
    QCOMPARE(steps[steps.size() - 2], phase); // nothing else was tried
    QCOMPARE(fixture.pool->snapshot().closedInAll(), std::uint64_t{0});
}

void TestRegistration::aFailedRollbackDiscardsTheConnection()
{
    PoolFixture fixture;
    const RegistrationResult result = run(fixture, {{RegistrationPhase::Rollback, linkLost()}});
    QVERIFY(!result.passed);
    QVERIFY(result.failedAt == RegistrationPhase::Rollback);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Discarded)],
                              std::uint64_t{1}, 30'000);
    const RegistrationResult both = run(fixture, {{RegistrationPhase::InsertUser, serverError("53100", "disk full")},
                                                  {RegistrationPhase::Rollback, linkLost()}});
    QVERIFY(both.failedAt == RegistrationPhase::InsertUser); // what failed first is what is told
    QTRY_COMPARE_WITH_TIMEOUT(fixture.pool->snapshot().closed[static_cast<std::size_t>(CloseReason::Discarded)],
                              std::uint64_t{2}, 30'000);
}

void TestRegistration::whatIsReadBackChangedFails()
{
    PoolFixture fixture;
    const RegistrationResult user = run(fixture, {}, [](FakeSteps& steps) {
        steps.changeRead = [](RegisteredUser& read, RegisteredSession&) { read.email = "somebody@else.invalid"; };
    });
    QVERIFY(user.failedAt == RegistrationPhase::Verify);
    QVERIFY(user.error.find("user.email was written as") == 0);
    QCOMPARE(user.phases.size(), static_cast<std::size_t>(RegistrationPhase::Verify));
    const RegistrationResult token = run(fixture, {}, [](FakeSteps& steps) {
        steps.changeRead = [](RegisteredUser&, RegisteredSession& read) { read.sessionToken = "secret"; };
    });
    QVERIFY(token.failedAt == RegistrationPhase::Verify);
    QVERIFY(token.error.find("secret") == std::string::npos);
    const RegistrationResult time = run(fixture, {}, [](FakeSteps& steps) {
        steps.changeRead = [](RegisteredUser&, RegisteredSession& read) { read.expires = "2001-01-01T00:00:00Z"; };
    });
    QVERIFY(time.failedAt == RegistrationPhase::Verify);
}

void TestRegistration::anotherFormOfTheSameTimeIsNoChange()
{
    PoolFixture fixture;
    const RegistrationResult result = run(fixture, {}, [](FakeSteps& steps) {
        steps.changeRead = [](RegisteredUser& read, RegisteredSession&) {
            read.createdAt.replace(read.createdAt.size() - 1, 1, "000+00");
            read.createdAt[10] = ' ';
        };
    });
    QVERIFY2(result.passed, result.error.c_str());
}

void TestRegistration::withoutAConnectionItFailsAtAcquireWithTheNumbers()
{
    PoolOptions options;
    options.minSize = 0;
    PoolFixture fixture(options);
    fixture.server->fail(StubServer::Step::Open, serverError("28P01", "password authentication failed"));
    const RegistrationResult result = run(fixture);
    QVERIFY(result.failedAt == RegistrationPhase::Acquire);
    QVERIFY(result.phases.empty());
    QCOMPARE(result.sqlState, std::string("28P01"));
    QVERIFY(result.error.find("of 10 connections") != std::string::npos);
}

void TestRegistration::theTimeOfValidationIsNotCountedAsAcquire()
{
    PoolFixture fixture;
    QTRY_COMPARE_WITH_TIMEOUT(fixture.pool->snapshot().idle, 1, 30'000);
    fixture.time->advance(10s); // beyond the bypass window
    fixture.server->stall(StubServer::Step::Validate);
    RegistrationResult result;
    std::thread caller([&] { result = run(fixture); });
    QTRY_COMPARE_WITH_TIMEOUT(fixture.server->stalled(StubServer::Step::Validate), 1, 30'000);
    fixture.time->advance(700ms);
    fixture.server->resume(StubServer::Step::Validate);
    caller.join();
    QVERIFY2(result.passed, result.error.c_str());
    QVERIFY(result.phases[0].took == 0us);
    QVERIFY(result.phases[1].took == 700ms);
}

void TestRegistration::jsonHasBothRowsAndHidesTheToken()
{
    PoolFixture fixture;
    RegistrationResult result = run(fixture);
    result.user->email = "quote\" and \\ and \n ünïcode";
    const std::string text = toJson(result);
    QVERIFY(text.find("\n  \"user\": {\n    \"id\": ") != std::string::npos);
    QVERIFY(text.find(result.session->sessionToken) == std::string::npos);
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    const QJsonObject user = json[QStringLiteral("user")].toObject();
    const QJsonObject session = json[QStringLiteral("session")].toObject();
    QCOMPARE(user[QStringLiteral("email")].toString(), QString::fromStdString(result.user->email));
    QCOMPARE(user[QStringLiteral("emailVerified")].toBool(true), false);
    QCOMPARE(session[QStringLiteral("userId")].toString(), QString::fromStdString(result.user->id));
    const QString token = session[QStringLiteral("sessionToken")].toString();
    QCOMPARE(token, QStringLiteral("********") + QString::fromStdString(result.session->sessionToken).right(4));
}

void TestRegistration::jsonOfAFailedOneHasNulls()
{
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(toJson({}))).object();
    QVERIFY(json[QStringLiteral("user")].isNull());
    QVERIFY(json[QStringLiteral("session")].isNull());
    RegistrationResult broken;
    broken.user.emplace();
    broken.user->id = "\xff\xfe"; // not UTF-8
    QVERIFY(!toJson(broken).empty());
}

QTEST_GUILESS_MAIN(TestRegistration)
#include "tst_registration.moc"
