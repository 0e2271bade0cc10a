// SPDX-License-Identifier: Apache-2.0
#include "core/pool/pool_options.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestPoolOptions : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyPresetIsValidAndFoundByItsName();
    void presetsHaveTheirFigures();
    void everyProblemIsListedWithItsField();
    void everyResetIsFoundByItsName();
    void nothingIsRepairedSilently();
};

void TestPoolOptions::everyPresetIsValidAndFoundByItsName()
{
    for (const Preset preset : {Preset::Default, Preset::Serverless, Preset::HighConcurrency}) {
        QVERIFY(validate(optionsFor(preset)).empty());
        QCOMPARE(presetNamed(nameOf(preset)), std::optional(preset));
        QVERIFY(!explanationOf(preset).empty());
    }
    QCOMPARE(presetNamed("no such"), std::nullopt);
}

void TestPoolOptions::presetsHaveTheirFigures()
{
    const PoolOptions serverless = optionsFor(Preset::Serverless);
    QCOMPARE(serverless.minSize, 1);
    QCOMPARE(serverless.maxSize, 10);
    QCOMPARE(serverless.backoff.attempts, 3);
    QCOMPARE(serverless.backoff.base, 500ms);
    QVERIFY(serverless.idleTimeout < 5min); // at which serverless databases suspend
    const PoolOptions high = optionsFor(Preset::HighConcurrency);
    QCOMPARE(high.minSize, 10);
    QCOMPARE(high.maxSize, 100);
    QCOMPARE(optionsFor(Preset::Default).statementTimeout, 30'000ms);
    QCOMPARE(optionsFor(Preset::Default).shutdownTimeout, 10'000ms);
}

void TestPoolOptions::everyProblemIsListedWithItsField()
{
    PoolOptions options;
    options.minSize = 20;
    options.maxSize = 10;
    options.acquireTimeout = 0ms;
    options.lifetimeJitter = 1;
    options.lockTimeout = -1ms;
    options.idleInTransactionTimeout = -1ms;
    options.keepaliveInterval = -1ms;
    options.operationTimeout = -1ms;
    options.sessionSetUp = {"SET search_path TO shop", " ;\n", std::string("SELECT 1\0", 9)};
    options.backoff.attempts = 0;
    options.backoff.jitter = 1.5;
    std::vector<std::string> fields;
    for (const OptionProblem& problem : validate(options)) {
        fields.push_back(problem.field);
        QVERIFY(!problem.message.empty());
    }
    QCOMPARE(fields,
             (std::vector<std::string>{"minSize", "acquireTimeout", "lockTimeout", "idleInTransactionTimeout",
                                       "lifetimeJitter", "keepaliveInterval", "operationTimeout", "sessionSetUp[1]",
                                       "sessionSetUp[2]", "backoff.attempts", "backoff.jitter"}));
}

void TestPoolOptions::everyResetIsFoundByItsName()
{
    for (const ResetOnRelease reset : {ResetOnRelease::None, ResetOnRelease::Rollback, ResetOnRelease::DiscardAll})
        QCOMPARE(resetNamed(nameOf(reset)), std::optional(reset));
    QCOMPARE(nameOf(ResetOnRelease::DiscardAll), std::string_view("discard all"));
    QCOMPARE(resetNamed("no such"), std::nullopt);
}

void TestPoolOptions::nothingIsRepairedSilently()
{
    PoolOptions options;
    options.maxSize = 0;
    const PoolOptions before = options;
    QVERIFY(!validate(options).empty());
    QCOMPARE(options, before);
}

QTEST_GUILESS_MAIN(TestPoolOptions)
#include "tst_pool_options.moc"
