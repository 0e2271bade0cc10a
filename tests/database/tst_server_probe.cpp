// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/server_probe.h"
#include "tests/support/server_fixture.h"

#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

PostgresServerProbe probeAs(const ServerFixture& fixture, const char* user)
{
    return PostgresServerProbe(PostgresConnector(fixture.connection(user), {"lifeguard test", {}, 2'000ms}));
}

std::vector<Backend> ofApplication(const ServerActivity& activity, const std::string& application)
{
    std::vector<Backend> found;
    for (const Backend& backend : activity.backends)
        if (backend.application == application)
            found.push_back(backend);
    return found;
}

} // namespace

class TestServerProbe : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void seesApplicationsAndNotItself();
    void seesWhatSessionsAreDoing();
    void endsABackendOnceAndNeverAnotherOfTheSamePid();
    void neverEndsItsOwn();
    void aRoleWithoutTheRightIsRefusedInWords();
    void softResetSparesASessionThatHasBegunToWork();
    void aRoleThatMayNotReadOthersIsToldAsRestricted();
    void aRoleThatMayNotReadOthersSeesNoneThatIsNotThere();
    void aLagThatTheRoleMayNotReadIsNotKnown();
    void comesBackAfterARestart();
    void aFrozenServerEndsALookByItsDeadline();

  private:
    ServerFixture m_fixture;
};

void TestServerProbe::seesApplicationsAndNotItself()
{
    PostgresServerProbe probe = probeAs(m_fixture, "watcher");
    const auto shop = m_fixture.open("app", "shop-web");
    const auto own = m_fixture.open("app", "lifeguard test");
    const auto activity = probe.sample(inSeconds(30));
    QVERIFY2(activity.has_value(), activity ? "" : describe(activity.error()).c_str());
    QCOMPARE(ofApplication(*activity, "lifeguard test").size(), std::size_t{0});
    QCOMPARE(activity->ownConnections, 2);
    QVERIFY(activity->usedConnections >= 3);
    QCOMPARE(activity->maxConnections, 100);
    QVERIFY(!activity->restricted);
    QVERIFY(!activity->inRecovery);
    QVERIFY(activity->standbys.empty());
    const auto seen = ofApplication(*activity, "shop-web");
    QCOMPARE(seen.size(), std::size_t{1});
    QCOMPARE(seen.front().pid, shop->server().backendPid);
    QCOMPARE(seen.front().user, std::string("app"));
    QCOMPARE(seen.front().database, std::string("shop"));
    QCOMPARE(seen.front().clientHost, std::string("local"));
    QCOMPARE(seen.front().state, std::string("idle"));
}

void TestServerProbe::seesWhatSessionsAreDoing()
{
    PostgresServerProbe probe = probeAs(m_fixture, "watcher");
    const auto holder = m_fixture.open("app", "holder");
    const auto waiter = m_fixture.open("app", "waiter");
    QVERIFY(holder->run("CREATE TABLE IF NOT EXISTS locked (x int)", {}, inSeconds(30)).has_value());
    QVERIFY(holder->run("BEGIN", {}, inSeconds(30)).has_value());
    QVERIFY(holder->run("LOCK TABLE locked", {}, inSeconds(30)).has_value());
    const auto waiting =
        std::async(std::launch::async, [&] { return waiter->run("SELECT * FROM locked", {}, inSeconds(60)); });
    tl::expected<ServerActivity, DatabaseError> activity;
    QTRY_VERIFY((activity = probe.sample(inSeconds(30))) && ofApplication(*activity, "waiter").size() == 1
                && ofApplication(*activity, "waiter").front().waitingOnLock);
    const auto groups = groupBackends(activity->backends);
    const auto held = std::find_if(groups.begin(), groups.end(),
                                   [](const ObservedPool& pool) { return pool.application == "holder"; });
    QVERIFY(held != groups.end());
    QCOMPARE(held->idleInTransaction, 1);
    QVERIFY(held->oldestTransaction > 0ms);
    QVERIFY(holder->run("ROLLBACK", {}, inSeconds(30)).has_value());
}

void TestServerProbe::endsABackendOnceAndNeverAnotherOfTheSamePid()
{
    PostgresServerProbe probe = probeAs(m_fixture, "watcher");
    const auto victim = m_fixture.open("app", "victim");
    const auto backends = ofApplication(*probe.sample(inSeconds(30)), "victim");
    QCOMPARE(backends.size(), std::size_t{1});
    Backend impostor = backends.front();
    impostor.backendStart = "2001-01-01 00:00:00+00"; // the same pid, of another time
    const auto spared = probe.end({impostor}, ResetKind::Hard, inSeconds(30));
    QCOMPARE(spared->front().outcome, EndOutcome::AlreadyGone);
    QVERIFY(!victim->validate(inSeconds(30)));
    const auto ended = probe.end(backends, ResetKind::Hard, inSeconds(30));
    QCOMPARE(ended->front().outcome, EndOutcome::Ended);
    QCOMPARE(ended->front().pid, backends.front().pid);
    QTRY_COMPARE(m_fixture.sessionsOf("victim"), 0);
    const auto again = probe.end(backends, ResetKind::Hard, inSeconds(30));
    QCOMPARE(again->front().outcome, EndOutcome::AlreadyGone);
}

void TestServerProbe::neverEndsItsOwn()
{
    PostgresServerProbe probe = probeAs(m_fixture, "watcher");
    const auto own = m_fixture.open("app", "lifeguard test");
    Backend backend;
    backend.pid = own->server().backendPid;
    backend.backendStart =
        m_fixture.ask(QStringLiteral("SELECT backend_start FROM pg_stat_activity WHERE pid = %1").arg(backend.pid))
            .toStdString();
    const auto spared = probe.end({backend}, ResetKind::Hard, inSeconds(30));
    QCOMPARE(spared->front().outcome, EndOutcome::AlreadyGone);
    QVERIFY(!own->validate(inSeconds(30)));
}

void TestServerProbe::aRoleWithoutTheRightIsRefusedInWords()
{
    PostgresServerProbe watcher = probeAs(m_fixture, "watcher");
    const auto victim = m_fixture.open("app", "protected");
    const auto backends = ofApplication(*watcher.sample(inSeconds(30)), "protected");
    for (const char* role : {"guest", "reader"}) { // the one may not even see it, the other may see but not end it
        PostgresServerProbe probe = probeAs(m_fixture, role);
        const auto refused = probe.end(backends, ResetKind::Hard, inSeconds(30));
        QVERIFY(refused.has_value());
        QCOMPARE(refused->front().outcome, EndOutcome::Refused);
        QVERIFY2(refused->front().reason.find("42501") != std::string::npos, refused->front().reason.c_str());
    }
    QVERIFY(!victim->validate(inSeconds(30)));
}

void TestServerProbe::softResetSparesASessionThatHasBegunToWork()
{
    PostgresServerProbe probe = probeAs(m_fixture, "watcher");
    const auto session = m_fixture.open("app", "busy");
    const auto backends = ofApplication(*probe.sample(inSeconds(30)), "busy");
    QCOMPARE(backends.size(), std::size_t{1});
    QCOMPARE(backends.front().state, std::string("idle"));
    QVERIFY(session->run("BEGIN", {}, inSeconds(30)).has_value());
    const auto spared = probe.end(backends, ResetKind::Soft, inSeconds(30));
    QCOMPARE(spared->front().outcome, EndOutcome::Refused);
    QVERIFY2(spared->front().reason.find("busy") != std::string::npos, spared->front().reason.c_str());
    QVERIFY(session->run("ROLLBACK", {}, inSeconds(30)).has_value());
    const auto ended = probe.end(backends, ResetKind::Soft, inSeconds(30));
    QCOMPARE(ended->front().outcome, EndOutcome::Ended);
}

void TestServerProbe::aRoleThatMayNotReadOthersIsToldAsRestricted()
{
    PostgresServerProbe guest = probeAs(m_fixture, "guest");
    const auto shop = m_fixture.open("app", "hidden");
    const auto activity = guest.sample(inSeconds(30));
    QVERIFY2(activity.has_value(), activity ? "" : describe(activity.error()).c_str());
    QVERIFY(activity->restricted);
    const auto groups = groupBackends(activity->backends);
    QVERIFY(std::any_of(groups.begin(), groups.end(), [](const ObservedPool& pool) { return pool.unreadable > 0; }));
}

void TestServerProbe::aRoleThatMayNotReadOthersSeesNoneThatIsNotThere()
{
    PostgresServerProbe guest = probeAs(m_fixture, "guest");
    const auto shop = m_fixture.open("app", "hidden");
    tl::expected<ServerActivity, DatabaseError> activity;
    QTRY_VERIFY((activity = guest.sample(inSeconds(30))) && activity->usedConnections == 2); // it and the shop
    QCOMPARE(activity->ownConnections, 1);
    QCOMPARE(activity->backends.size(), std::size_t{1}); // not one of the server's own processes
    const Backend& seen = activity->backends.front();
    QCOMPARE(seen.application, std::string("hidden"));
    QCOMPARE(seen.user, std::string("app"));
    QCOMPARE(seen.clientHost, std::string("hidden"));
    QVERIFY(seen.state.empty());
}

void TestServerProbe::aLagThatTheRoleMayNotReadIsNotKnown()
{
    // A standby as the server sees it: it streams, and says that it has replayed up to a place.
    const PgConnection standby(
        PQconnectdb((m_fixture.connection("postgres") + " replication=true application_name=standby").c_str()));
    const PgResult system(PQexec(standby.get(), "IDENTIFY_SYSTEM"));
    const std::string start = textAt(system, 0, 2);
    const PgResult streaming(PQexec(standby.get(), ("START_REPLICATION PHYSICAL " + start).c_str()));
    QCOMPARE(PQresultStatus(streaming.get()), PGRES_COPY_BOTH);
    QByteArray status(34,
                      '\0'); // "Standby status update": written, flushed, replayed, when, without a wish for a reply
    status[0] = 'r';
    status[8] = status[16] = status[24] = 1;
    QVERIFY(PQputCopyData(standby.get(), status.constData(), static_cast<int>(status.size())) == 1);
    QVERIFY(PQflush(standby.get()) == 0);

    PostgresServerProbe watcher = probeAs(m_fixture, "watcher");
    tl::expected<ServerActivity, DatabaseError> activity;
    QTRY_VERIFY((activity = watcher.sample(inSeconds(30))) && activity->standbys.size() == 1
                && activity->standbys.front().known);
    QVERIFY(activity->standbys.front().lagBytes > 0);
    PostgresServerProbe guest = probeAs(m_fixture, "guest");
    activity = guest.sample(inSeconds(30));
    QVERIFY2(activity.has_value(), activity ? "" : describe(activity.error()).c_str());
    QCOMPARE(activity->standbys.size(), std::size_t{1});
    QVERIFY(!activity->standbys.front().known);
}

void TestServerProbe::comesBackAfterARestart()
{
    PostgresServerProbe probe = probeAs(m_fixture, "watcher");
    QVERIFY(probe.sample(inSeconds(30)).has_value());
    m_fixture.server.stop();
    const auto away = probe.sample(inSeconds(30));
    QVERIFY(!away);
    QString error;
    QVERIFY2(m_fixture.server.start(&error), qPrintable(error));
    const auto back = probe.sample(inSeconds(30));
    QVERIFY2(back.has_value(), back ? "" : describe(back.error()).c_str());
}

void TestServerProbe::aFrozenServerEndsALookByItsDeadline()
{
    PostgresServerProbe probe = probeAs(m_fixture, "watcher");
    QVERIFY(probe.sample(inSeconds(30)).has_value());
    m_fixture.server.freeze();
    const TimePoint begin = Clock::now();
    const auto late = probe.sample(begin + 300ms);
    const Duration took = Clock::now() - begin;
    m_fixture.server.thaw();
    QVERIFY(!late);
    QCOMPARE(late.error().sign, ErrorSign::Timeout);
    QVERIFY(took < 10s);
    QVERIFY(probe.sample(inSeconds(30)).has_value());
}

QTEST_GUILESS_MAIN(TestServerProbe)
#include "tst_server_probe.moc"
