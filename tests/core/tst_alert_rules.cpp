// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_reading.h"
#include "core/alerts/alert_rule.h"
#include "tests/support/alert_snapshots.h"

#include <QtTest>

#include <set>

using namespace lifeguard;
using namespace lifeguard::alert_snapshots;
using namespace std::chrono_literals;

class TestAlertRules : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyKindHasADefaultThatIsValid();
    void namesAreStableAndFoundAgain();
    void theNearestRuleWins();
    void ofTwoRulesForTheSameTheLastOneWins();
    void whatIsWrongWithARuleIsSaid_data();
    void whatIsWrongWithARuleIsSaid();
    void aFewSlowAcquiresAreNoPercentile();
    void aHalfOpenCircuitSaysNothingYet();
    void headroomAndIdleSessionsAreNotToldTwice();
    void aSleepingPoolIsNotFailing();
    void theWordsCarryTheNumbers();
};

void TestAlertRules::everyKindHasADefaultThatIsValid()
{
    std::set<AlertKind> kinds;
    for (const AlertRule& rule : defaultAlertRules()) {
        QCOMPARE(validate(rule), std::vector<std::string>());
        QVERIFY(rule.enabled && rule.pool.empty() && rule.tag.empty());
        QVERIFY(rule.fireAfter > 1); // no single sample cries wolf
        kinds.insert(rule.kind);
    }
    QCOMPARE(kinds.size(), kAlertKinds);
    QCOMPARE(defaultAlertRules().size(), kAlertKinds);
}

void TestAlertRules::namesAreStableAndFoundAgain()
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kAlertKinds; ++i) {
        const auto kind = static_cast<AlertKind>(i);
        QCOMPARE(alertKindNamed(nameOf(kind)), std::optional(kind));
        names.insert(nameOf(kind));
    }
    QCOMPARE(names.size(), kAlertKinds);
    QCOMPARE(nameOf(AlertKind::AcquireP99), std::string_view("acquire_p99"));
    QVERIFY(!alertKindNamed("acquire"));
}

void TestAlertRules::theNearestRuleWins()
{
    std::vector<AlertRule> rules{ruleOf(AlertKind::Waiting, 1), ruleOf(AlertKind::Waiting, 2),
                                 ruleOf(AlertKind::Waiting, 3)};
    rules[0].pool = "orders";
    rules[1].tag = "production";
    PoolView orders = managed("orders");
    PoolView other = managed("other");
    QCOMPARE(ruleFor(rules, AlertKind::Waiting, orders)->threshold, 1.0);
    QCOMPARE(ruleFor(rules, AlertKind::Waiting, other)->threshold, 3.0);
    other.environment = Environment::Production;
    orders.environment = Environment::Production;
    QCOMPARE(ruleFor(rules, AlertKind::Waiting, other)->threshold, 2.0);
    QCOMPARE(ruleFor(rules, AlertKind::Waiting, orders)->threshold, 1.0);
    QVERIFY(ruleFor(rules, AlertKind::Saturation, orders) == nullptr);
}

void TestAlertRules::ofTwoRulesForTheSameTheLastOneWins()
{
    const std::vector<AlertRule> rules{ruleOf(AlertKind::Waiting, 1), ruleOf(AlertKind::Waiting, 2)};
    QCOMPARE(ruleFor(rules, AlertKind::Waiting, managed("orders"))->threshold, 2.0);
}

void TestAlertRules::whatIsWrongWithARuleIsSaid_data()
{
    QTest::addColumn<AlertRule>("rule");
    QTest::addColumn<QString>("field");
    const auto row = [](const char* name, auto change, const char* field) {
        AlertRule rule = ruleOf(AlertKind::Saturation, 90);
        change(rule);
        QTest::newRow(name) << rule << QString::fromUtf8(field);
    };
    row(
        "no threshold", [](AlertRule& rule) { rule.threshold = 0; }, "threshold");
    row(
        "more than all", [](AlertRule& rule) { rule.threshold = 101; }, "threshold");
    row(
        "not a number", [](AlertRule& rule) { rule.threshold = std::nan(""); }, "threshold");
    row(
        "fires without a sample", [](AlertRule& rule) { rule.fireAfter = 0; }, "fireAfter");
    row(
        "clears without a sample", [](AlertRule& rule) { rule.clearAfter = 0; }, "clearAfter");
    row(
        "reminds of yesterday", [](AlertRule& rule) { rule.remindAfter = -1ms; }, "remindAfter");
    row(
        "pool and tag", [](AlertRule& rule) { rule.pool = rule.tag = "x"; }, "pool or for a tag");
    row(
        "all is well", [](AlertRule& rule) { rule.severity = Severity::Ok; }, "severity");
}

void TestAlertRules::whatIsWrongWithARuleIsSaid()
{
    QFETCH(const AlertRule, rule);
    QFETCH(const QString, field);
    const std::vector<std::string> problems = validate(rule);
    QCOMPARE(problems.size(), std::size_t{1});
    QVERIFY2(QString::fromStdString(problems.front()).contains(field), problems.front().c_str());
}

void TestAlertRules::aFewSlowAcquiresAreNoPercentile()
{
    PoolView view = managed("orders");
    view.acquire = {5, 900ms, 900ms, 900ms};
    QCOMPARE(readPool(AlertKind::AcquireP99, view)->value, 0.0);
    view.acquire.samples = 500;
    QCOMPARE(readPool(AlertKind::AcquireP99, view)->value, 900.0);
}

void TestAlertRules::aHalfOpenCircuitSaysNothingYet()
{
    PoolView view = managed("orders");
    view.managed->circuit = CircuitState::HalfOpen;
    QVERIFY(!readPool(AlertKind::CircuitOpen, view));
    view.managed->circuit = CircuitState::Open;
    QCOMPARE(readPool(AlertKind::CircuitOpen, view)->value, 1.0);
}

void TestAlertRules::headroomAndIdleSessionsAreNotToldTwice()
{
    PoolView view = managed("orders");
    addCheck(view, CheckKind::ServerHeadroom, HealthStatus::Failing, "99 of 100 in use");
    addCheck(view, CheckKind::IdleInTransaction, HealthStatus::Failing, "1 session, 6 min");
    QCOMPARE(readPool(AlertKind::HealthFailing, view)->value, 0.0);
    addCheck(view, CheckKind::Connect, HealthStatus::Failing, "57P03 starting up");
    QCOMPARE(readPool(AlertKind::HealthFailing, view)->value, 1.0);
    QVERIFY(!readPool(AlertKind::IdleInTransaction, view)); // it is the application's own pool that tells
}

void TestAlertRules::aSleepingPoolIsNotFailing()
{
    PoolView view = managed("orders");
    addCheck(view, CheckKind::Connect, HealthStatus::Failing, "57P03 starting up");
    view.managed->asleep = true;
    QCOMPARE(readPool(AlertKind::HealthFailing, view)->value, 0.0);
}

void TestAlertRules::theWordsCarryTheNumbers()
{
    PoolView view = managed("orders", 10);
    view.managed->waiting = 6;
    view.managed->oldestWait = 1'400ms;
    QCOMPARE(describePool(AlertKind::Waiting, view), std::string("orders: 6 callers wait, the oldest 1.4 s"));
    view.managed->waiting = 1;
    QCOMPARE(describePool(AlertKind::Waiting, view), std::string("orders: 1 caller waits, for 1.4 s"));
    QCOMPARE(describePool(AlertKind::Saturation, view), std::string("orders: 10 of 10 connections are active"));
    view.managed->leakSuspects.resize(2);
    view.managed->leakSuspects[1].held = 41s;
    view.managed->leakSuspects[1].holder = "report_job";
    QCOMPARE(describePool(AlertKind::LeakSuspects, view),
             std::string("orders: 2 leases held, the longest 41 s by report_job"));
    addCheck(view, CheckKind::Connect, HealthStatus::Failing, "57P03 starting up");
    addCheck(view, CheckKind::Validate, HealthStatus::Failing, "no connection");
    QCOMPARE(describePool(AlertKind::HealthFailing, view),
             std::string("orders: health check \"Connect\" is failing: 57P03 starting up; and 1 other"));
    PoolView cron = observed("cron");
    cron.observed->idleInTransaction = 1;
    cron.observed->oldestIdleInTransaction = 192s;
    QCOMPARE(describePool(AlertKind::IdleInTransaction, cron),
             std::string("cron: 1 session idle in transaction, for 3 min 12 s"));
    QCOMPARE(describeServer(server("db:5432", 96)), std::string("db:5432: 96 of 100 connections in use"));
}

QTEST_GUILESS_MAIN(TestAlertRules)
#include "tst_alert_rules.moc"
