// SPDX-License-Identifier: Apache-2.0
#include "core/pool/doctor.h"

#include <QtTest>

#include <set>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestDoctor : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void presetsAreHealthyWhereTheyBelong();
    void idleConnectionsMustNotOutliveTheServersPatience();
    void idleConnectionsMustNotOutliveTheProxysPatience();
    void aCallerMustNotGiveUpBeforeALoginCanEnd();
    void poolsTogetherMustFitIntoTheServer();
    void lifetimesMustBeSpread();
    void keepaliveMustNotKeepASleeperAwake();
    void keepaliveAndSleepAreNotBothWanted();
    void aPoolMustSleepBeforeItsDatabase();
    void aStatementMustEndBeforeItsOperationIsCut();
    void aLeakMustBeToldBeforeTheServerEndsIt();
    void aLeakMustBeToldBeforeThePoolsOwnTimeoutEndsIt();
    void aLockTimeoutMustComeBeforeTheStatements();
    void whatIsNotKnownIsNotWarnedOf();
    void everyWarningSaysWhereWhyAndWhatToDo();
    void proxiesAreKnownByTheirHosts();
};

namespace {

Surroundings server(const ServerFacts& facts)
{
    Surroundings around;
    around.server = facts;
    return around;
}

Surroundings behind(const Proxy& proxy)
{
    Surroundings around;
    around.proxy = proxy;
    return around;
}

// The warning of this name, if it was given.
std::optional<ConfigurationWarning> warned(const PoolOptions& options, const Surroundings& around, const char* code)
{
    for (const ConfigurationWarning& warning : examine(options, around))
        if (warning.code == code)
            return warning;
    return std::nullopt;
}

bool has(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

void TestDoctor::presetsAreHealthyWhereTheyBelong()
{
    const ServerFacts usual{100, 3, 0ms, 0ms, 0ms};
    QVERIFY(examine(optionsFor(Preset::Default), server(usual)).empty());
    QVERIFY(examine(optionsFor(Preset::Serverless), behind(kServerless)).empty());
    const auto high = examine(optionsFor(Preset::HighConcurrency), server(usual));
    QCOMPARE(high.size(), std::size_t{1});
    QCOMPARE(high.front().code, std::string_view("pools_above_server"));
}

void TestDoctor::idleConnectionsMustNotOutliveTheServersPatience()
{
    PoolOptions options;
    ServerFacts facts;
    facts.idleSessionTimeout = options.idleTimeout + 1ms;
    QVERIFY(!warned(options, server(facts), "idle_timeout_too_long"));
    facts.idleSessionTimeout = options.idleTimeout; // a race
    const auto warning = warned(options, server(facts), "idle_timeout_too_long");
    QVERIFY(warning.has_value());
    QVERIFY2(has(warning->text, "kept for 3 min 0 s, but the server (idle_session_timeout)"), warning->text.c_str());
    facts.idleSessionTimeout = 0ms; // no limit
    QVERIFY(!warned(options, server(facts), "idle_timeout_too_long"));
}

void TestDoctor::idleConnectionsMustNotOutliveTheProxysPatience()
{
    PoolOptions options;
    options.idleTimeout = 5min;
    Surroundings around = behind({"RDS Proxy", 30min, false});
    QVERIFY(!warned(options, around, "idle_timeout_too_long"));
    around = behind(kServerless);
    around.server.emplace().idleSessionTimeout = 6min; // the shorter of the two counts
    const auto warning = warned(options, around, "idle_timeout_too_long");
    QVERIFY(warning.has_value());
    QVERIFY2(has(warning->text, "a serverless database ends them after 5 min 0 s"), warning->text.c_str());
}

void TestDoctor::aCallerMustNotGiveUpBeforeALoginCanEnd()
{
    PoolOptions options;
    options.acquireTimeout = options.connectTimeout = 5s;
    QVERIFY(!warned(options, {}, "acquire_below_connect"));
    options.acquireTimeout = 4'999ms;
    const auto warning = warned(options, {}, "acquire_below_connect");
    QVERIFY(warning.has_value());
    QCOMPARE(warning->field, std::string_view("acquireTimeout"));
}

void TestDoctor::poolsTogetherMustFitIntoTheServer()
{
    PoolOptions options;
    options.maxSize = 17;
    Surroundings around = server({100, 3, {}, {}, {}});
    around.otherPools = 2;
    around.maxSizeOfOthers = 80;
    QVERIFY(!warned(options, around, "pools_above_server")); // 97 of 97
    options.maxSize = 18;
    const auto warning = warned(options, around, "pools_above_server");
    QVERIFY(warning.has_value());
    QVERIFY2(has(warning->text, "with 2 other pools 98 connections, but the server has 97 (max_connections 100, 3 "
                                "reserved)"),
             warning->text.c_str());
    around.otherPools = 1;
    QVERIFY(has(warned(options, around, "pools_above_server")->text, "with another pool 98"));
    options.maxSize = 98;
    QVERIFY(has(warned(options, server({100, 3, {}, {}, {}}), "pools_above_server")->text, "may open 98 connections"));
}

void TestDoctor::lifetimesMustBeSpread()
{
    PoolOptions options;
    QVERIFY(!warned(options, {}, "lifetime_without_jitter"));
    options.lifetimeJitter = 0;
    QVERIFY(warned(options, {}, "lifetime_without_jitter").has_value());
    options.minSize = options.maxSize = 1; // alone, it ends with nobody
    QVERIFY(!warned(options, {}, "lifetime_without_jitter"));
}

void TestDoctor::keepaliveMustNotKeepASleeperAwake()
{
    PoolOptions options;
    QVERIFY(!warned(options, behind(kServerless), "keepalive_keeps_awake"));
    options.keepaliveInterval = 60s;
    const auto warning = warned(options, behind(kServerless), "keepalive_keeps_awake");
    QVERIFY(warning.has_value());
    QVERIFY2(has(warning->text, "A query every 1 min 0 s keeps a serverless database"), warning->text.c_str());
    QVERIFY(!warned(options, behind({"RDS Proxy", 30min, false}), "keepalive_keeps_awake")); // never sleeps
    QVERIFY(!warned(options, {}, "keepalive_keeps_awake"));
}

void TestDoctor::keepaliveAndSleepAreNotBothWanted()
{
    PoolOptions options;
    options.keepaliveInterval = 60s;
    QVERIFY(!warned(options, {}, "keepalive_against_sleep"));
    options.sleepAfter = 2min;
    QVERIFY(warned(options, {}, "keepalive_against_sleep").has_value());
    options.keepaliveInterval = 0s;
    QVERIFY(!warned(options, {}, "keepalive_against_sleep"));
}

void TestDoctor::aPoolMustSleepBeforeItsDatabase()
{
    PoolOptions options;
    QVERIFY(warned(options, behind(kServerless), "sleeps_too_late").has_value()); // keeps its minimum
    options.minSize = 0;
    QVERIFY(!warned(options, behind(kServerless), "sleeps_too_late"));
    options.sleepAfter = 5min;
    QVERIFY(warned(options, behind(kServerless), "sleeps_too_late").has_value());
    options.sleepAfter = 2min;
    QVERIFY(!warned(options, behind(kServerless), "sleeps_too_late"));
    QVERIFY(!warned(PoolOptions{}, behind({"RDS Proxy", 30min, false}), "sleeps_too_late"));
}

void TestDoctor::aStatementMustEndBeforeItsOperationIsCut()
{
    PoolOptions options;
    QVERIFY(!warned(options, {}, "statement_above_operation"));
    options.statementTimeout = options.operationTimeout + 1ms;
    QVERIFY(warned(options, {}, "statement_above_operation").has_value());
    options.statementTimeout = 0ms; // the server's own counts
    QVERIFY(!warned(options, {}, "statement_above_operation"));
    ServerFacts facts;
    facts.statementTimeout = 30s;
    QVERIFY(!warned(options, server(facts), "statement_above_operation"));
    facts.statementTimeout = 1min;
    QVERIFY(has(warned(options, server(facts), "statement_above_operation")->text, "may run for 1 min 0 s"));
    facts.statementTimeout = 0ms;
    QVERIFY(has(warned(options, server(facts), "statement_above_operation")->text, "may run without an end"));
    options.operationTimeout = 0ms; // nothing is cut
    QVERIFY(!warned(options, server(facts), "statement_above_operation"));
}

void TestDoctor::aLeakMustBeToldBeforeTheServerEndsIt()
{
    PoolOptions options;
    ServerFacts facts;
    facts.idleInTransactionTimeout = options.leakThreshold + 1ms;
    QVERIFY(!warned(options, server(facts), "leak_told_too_late"));
    facts.idleInTransactionTimeout = options.leakThreshold;
    QVERIFY(warned(options, server(facts), "leak_told_too_late").has_value());
    facts.idleInTransactionTimeout = 0ms;
    QVERIFY(!warned(options, server(facts), "leak_told_too_late"));
}

void TestDoctor::aLeakMustBeToldBeforeThePoolsOwnTimeoutEndsIt()
{
    PoolOptions options;
    options.idleInTransactionTimeout = options.leakThreshold + 1ms;
    ServerFacts facts;
    facts.idleInTransactionTimeout = 1s; // ours is set instead
    QVERIFY(!warned(options, server(facts), "leak_told_too_late"));
    options.idleInTransactionTimeout = options.leakThreshold;
    QVERIFY(warned(options, {}, "leak_told_too_late").has_value());
}

void TestDoctor::aLockTimeoutMustComeBeforeTheStatements()
{
    PoolOptions options;
    QVERIFY(!warned(options, {}, "lock_above_statement"));
    options.lockTimeout = options.statementTimeout - 1ms;
    QVERIFY(!warned(options, {}, "lock_above_statement"));
    options.lockTimeout = options.statementTimeout;
    QVERIFY(warned(options, {}, "lock_above_statement").has_value());
    options.statementTimeout = 0ms;
    QVERIFY(!warned(options, {}, "lock_above_statement"));
}

void TestDoctor::whatIsNotKnownIsNotWarnedOf()
{
    PoolOptions options;
    options.idleTimeout = 24h;
    options.maxSize = 10'000;
    options.statementTimeout = 0ms;
    QVERIFY(examine(options).empty());
    QVERIFY(examine(options, server({})).empty());
}

void TestDoctor::everyWarningSaysWhereWhyAndWhatToDo()
{
    PoolOptions sick;
    sick.acquireTimeout = 1s;
    sick.idleTimeout = 1h;
    sick.lifetimeJitter = 0;
    sick.keepaliveInterval = 30s;
    sick.sleepAfter = 1h;
    sick.statementTimeout = 1h;
    sick.lockTimeout = 2h;
    sick.maxSize = 98;
    QVERIFY(validate(sick).empty()); // valid all the same
    Surroundings around = server({100, 3, 10min, 10s, 0ms});
    around.proxy = kServerless;
    const auto warnings = examine(sick, around);
    QCOMPARE(warnings.size(), std::size_t{10});
    std::set<std::string_view> codes;
    for (const ConfigurationWarning& warning : warnings) {
        codes.insert(warning.code);
        QVERIFY(!warning.field.empty());
        QVERIFY(!warning.text.empty());
        QVERIFY2(has(warning.advice, std::string(warning.field).c_str()), warning.advice.c_str());
    }
    QCOMPARE(codes.size(), warnings.size());
}

void TestDoctor::proxiesAreKnownByTheirHosts()
{
    QVERIFY(proxyAt("ep-cool-1-pooler.eu-central-1.aws.neon.tech:5432")->sleeps);
    QCOMPARE(proxyAt("shop.proxy-abc.eu-west-1.rds.amazonaws.com:5432")->name, std::string_view("RDS Proxy"));
    QVERIFY(!proxyAt("shop.abc.eu-west-1.rds.amazonaws.com:5432")); // the database itself
    QVERIFY(!proxyAt("db.internal:5432"));
}

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
