// SPDX-License-Identifier: Apache-2.0
// What is told of a lease that doesn't come back, on a real PostgreSQL.
#include "core/fleet/fleet.h"
#include "core/pool/pool.h"
#include "core/postgres/postgres_driver.h"
#include "core/postgres/postgres_session.h"
#include "tests/support/server_fixture.h"

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 60'000; // ms, for conditions on a busy machine

} // namespace

class TestLeakReport : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void namesTheStatementThatLibpqxxRanWithoutItsValues();

  private:
    ServerFixture m_fixture;
};

void TestLeakReport::namesTheStatementThatLibpqxxRanWithoutItsValues()
{
    FleetOptions quick;
    quick.activityInterval = 50ms;
    Fleet fleet(quick, std::make_shared<PostgresDriver>("lifeguard test"));
    Profile profile;
    profile.name = "orders";
    profile.connection = m_fixture.connection("app");
    profile.options.leakThreshold = 5s; // a hundred looks at the server
    fleet.submit(OpenProfile{profile, {}});
    QTRY_VERIFY_WITH_TIMEOUT(fleet.pool("orders") != nullptr, kPatience);
    const auto lease = fleet.pool("orders")->acquire("report_job");
    QVERIFY2(lease.has_value(), lease ? "" : describe(lease.error()).c_str());
    pqxx::nontransaction work(postgresSession(*lease).pqxx());
    work.exec("SELECT 'a secret' AS word, 4711 AS number");
    const std::string shown = "SELECT ? AS word, ? AS number";
    const auto suspects = [&fleet] {
        const FleetSnapshotPtr snapshot = fleet.snapshot();
        const PoolView* const view = snapshot->find("orders");
        return view == nullptr ? std::vector<LeakSuspect>{} : view->managed->leakSuspects;
    };
    QTRY_COMPARE_WITH_TIMEOUT(suspects().size(), std::size_t{1}, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(suspects().front().statement, shown, kPatience);
    QCOMPARE(suspects().front().holder, std::string("report_job"));
    const auto told = [&fleet] {
        for (const Event& event : fleet.journal().since({}))
            if (event.kind == EventKind::LeakSuspected)
                return event.text;
        return std::string();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!told().empty(), kPatience);
    QVERIFY2(told().ends_with("; its last statement: " + shown), told().c_str());
    const std::string reason = fleet.snapshot()->find("orders")->verdict.reason;
    QVERIFY2(reason.ends_with(" by report_job; last statement: " + shown), reason.c_str());
    const std::string bound = "SELECT $1::text AS sought";
    QVERIFY(postgresSession(*lease).run(bound, {"another secret"}, inSeconds(30)).has_value());
    QTRY_COMPARE_WITH_TIMEOUT(suspects().front().statement, bound, kPatience);
}

QTEST_GUILESS_MAIN(TestLeakReport)
#include "tst_leak_report.moc"
