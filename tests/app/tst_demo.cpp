// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo.h"
#include "app/private_server/leftovers.h"
#include "core/postgres/postgres_driver.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <optional>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 60'000;

// What a fault looks like, depending on what the connections were doing.
const std::vector<EventKind> kFailure{EventKind::ConnectionLost, EventKind::RegistrationFailed};

QString prefix()
{
    return QStringLiteral("lifeguard-test-demo-%1-").arg(QCoreApplication::applicationPid());
}

DemoOptions options()
{
    DemoOptions result;
    result.prefix = prefix();
    result.clientProgram = QStringLiteral(LIFEGUARD_DEMO_CLIENT);
    result.faultInterval = result.firstFault = 1h;
    return result;
}

FleetOptions fleetOptions()
{
    FleetOptions result;
    result.activityInterval = 250ms;
    result.healthInterval = 300ms;
    result.actor = "test";
    return result;
}

// The processes of this test's demos: server and applications name the folder in their arguments. `also`: and this.
QList<int> processes(const QByteArray& also = {})
{
    QList<int> found;
    for (const QString& name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(name));
        if (const int pid = name.toInt(); pid > 1 && file.open(QIODevice::ReadOnly)) {
            const QByteArray arguments = file.readAll();
            if (arguments.contains(prefix().toLocal8Bit()) && arguments.contains(also))
                found << pid;
        }
    }
    return found;
}

// The process of this client if there is just one, else 0. Asked once for an answer: it may be gone a moment later.
int onlyProcess(const char* name)
{
    const auto found = processes(name);
    return found.size() == 1 ? found.first() : 0;
}

// The demo's server by its own word; 0 while there is none.
int serverPid()
{
    const QDir temporary(QDir::tempPath());
    for (const QString& folder : temporary.entryList({prefix() + QLatin1Char('*')}, QDir::Dirs)) {
        QFile file(temporary.filePath(folder) + QStringLiteral("/data/postmaster.pid"));
        if (file.open(QIODevice::ReadOnly))
            return file.readLine().trimmed().toInt();
    }
    return 0;
}

// A demo with a fleet of its own.
struct Stage {
    explicit Stage(DemoOptions demoOptions)
        : fleet(fleetOptions(), std::make_shared<PostgresDriver>("lifeguard-test-console")), demo(fleet, demoOptions)
    {
        demo.setListener([this](const DemoReport& report) {
            const std::lock_guard lock(mutex);
            reports.push_back(report);
        });
    }

    std::optional<DemoReport> lastReport()
    {
        const std::lock_guard lock(mutex);
        return reports.empty() ? std::nullopt : std::optional(reports.back());
    }
    bool in(DemoPhase phase)
    {
        const auto report = lastReport();
        return report && report->phase == phase;
    }

    std::vector<Event> events() { return fleet.journal().since(EventId{}); }

    int announced(DemoFault fault)
    {
        const std::vector<Event> all = events();
        return static_cast<int>(std::count_if(
            all.begin(), all.end(), [fault](const Event& event) { return event.text == announcementOf(fault); }));
    }

    // Whether the journal has these steps in this order, each of any of its kinds, after the first announcement of the
    // fault.
    bool tells(DemoFault fault, const std::vector<std::vector<EventKind>>& story)
    {
        const std::vector<Event> all = events();
        const auto announced = std::find_if(all.begin(), all.end(), [fault](const Event& event) {
            return event.kind == EventKind::DemoFault && event.text == announcementOf(fault);
        });
        auto next = announced;
        for (const std::vector<EventKind>& kinds : story) {
            next = std::find_if(next, all.end(), [&kinds](const Event& event) {
                return std::find(kinds.begin(), kinds.end(), event.kind) != kinds.end();
            });
            if (next == all.end())
                return false;
        }
        return announced != all.end();
    }

    bool seesApplication(const std::string& name)
    {
        const FleetSnapshotPtr snapshot = fleet.snapshot();
        return std::any_of(snapshot->pools.begin(), snapshot->pools.end(), [&name](const PoolView& view) {
            return view.observed && view.observed->application == name && view.observed->total() > 0;
        });
    }

    // The console's connections as the server counts them are those of its pools, its monitor and, for a moment each,
    // its health checks: what was closed here is gone there.
    bool closedConnectionsAreGone()
    {
        const FleetSnapshotPtr snapshot = fleet.snapshot();
        int known = 1 + 3;
        for (const PoolView& view : snapshot->pools)
            known += view.managed ? view.total() : 0;
        return snapshot->servers.size() == 1 && snapshot->servers.front().connected
               && snapshot->servers.front().ownConnections > 0 && snapshot->servers.front().ownConnections <= known;
    }

    bool healthy(const PoolKey& key)
    {
        const FleetSnapshotPtr snapshot = fleet.snapshot();
        const PoolView* view = snapshot->find(key);
        return view != nullptr && view->managed && view->managed->acquired > 0 && view->managed->idle > 0
               && view->managed->circuit == CircuitState::Closed;
    }

    std::mutex mutex; // guards reports
    std::vector<DemoReport> reports;
    Fleet fleet;
    Demo demo;
};

} // namespace

class DemoTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { sweepLeftovers(QStringLiteral("lifeguard-test-demo-")); } // of a test that was killed

    void cleanup()
    {
        QTRY_VERIFY_WITH_TIMEOUT(processes().isEmpty(), kPatience);
        QVERIFY(QDir(QDir::tempPath()).entryList({prefix() + QLatin1Char('*')}).isEmpty());
    }

    void poolsAndApplicationsComeToLifeAndNothingIsLeftAfterwards()
    {
        Stage stage(options());
        stage.demo.start();
        QTRY_VERIFY2_WITH_TIMEOUT(stage.in(DemoPhase::Ready), "not ready", kPatience);
        for (const char* pool : {"orders-api", "auth", "billing"})
            QTRY_VERIFY_WITH_TIMEOUT(stage.healthy(pool), kPatience);
        for (const char* application : {"shop-web", "reports", "legacy-cron"})
            QTRY_VERIFY_WITH_TIMEOUT(stage.seesApplication(application), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(stage.closedConnectionsAreGone(), 10'000);
        for (const Event& event : stage.events())
            QVERIFY2(event.severity != Severity::Critical, event.text.c_str());
        QTRY_COMPARE_WITH_TIMEOUT(processes().size(), 4, kPatience); // the server and three applications
        stage.fleet.shutdown();
        stage.demo.stop();
        QVERIFY(processes().isEmpty());
    }

    void everyFaultHappensInTurnAndTheJournalTellsFailureRetryAndRecovery()
    {
        DemoOptions busy = options();
        busy.firstFault = 2s;
        busy.faultInterval = 4s;
        Stage stage(busy);
        stage.demo.start();
        QTRY_VERIFY_WITH_TIMEOUT(stage.tells(DemoFault::CloseIdle, {kFailure}), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(stage.tells(DemoFault::EndAll, {kFailure}), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(
            stage.tells(DemoFault::Restart, {kFailure, {EventKind::RetryScheduled}, {EventKind::Recovered}}),
            kPatience);
        const std::vector<Event> events = stage.events();
        QVERIFY(std::any_of(events.begin(), events.end(), [](const Event& event) {
            return event.kind == EventKind::RetryScheduled && event.attempt && event.delay && event.delay->count() > 0;
        }));
        for (const char* pool : {"orders-api", "auth", "billing"})
            QTRY_VERIFY_WITH_TIMEOUT(stage.healthy(pool), kPatience);
    }

    void aFaultThatAPersonAsksForIsCausedAtOnce()
    {
        Stage stage(options());
        stage.demo.cause(DemoFault::EndAll); // before the server is there: it waits for it
        stage.demo.start();
        QTRY_VERIFY_WITH_TIMEOUT(stage.tells(DemoFault::EndAll, {}), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(stage.healthy("orders-api"), kPatience);
        int asked = 0; // again, if none of our connections happened to be idle
        const auto lostByClosing = [&stage, &asked] {
            if (stage.announced(DemoFault::CloseIdle) == asked) {
                ++asked;
                stage.demo.cause(DemoFault::CloseIdle);
            }
            return stage.tells(DemoFault::CloseIdle, {kFailure});
        };
        QTRY_VERIFY_WITH_TIMEOUT(lostByClosing(), kPatience);
    }

    void applicationsAndServerThatDieAreStartedAgain()
    {
        Stage stage(options());
        stage.demo.start();
        QTRY_VERIFY_WITH_TIMEOUT(stage.in(DemoPhase::Ready), kPatience);
        int client = 0;
        QTRY_VERIFY_WITH_TIMEOUT((client = onlyProcess("shop-web")) != 0, kPatience);
        kill(client, SIGKILL);
        const auto anotherRuns = [client] {
            const int running = onlyProcess("shop-web");
            return running != 0 && running != client;
        };
        QTRY_VERIFY_WITH_TIMEOUT(anotherRuns(), kPatience);
        const int server = serverPid();
        QVERIFY(server > 1);
        kill(server, SIGQUIT);
        const auto anotherServes = [server] {
            const int serving = serverPid();
            return serving > 1 && serving != server;
        };
        QTRY_VERIFY_WITH_TIMEOUT(anotherServes(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(stage.healthy("orders-api"), kPatience);
    }

    void whatAKilledDemoLeftBehindIsSweptAndTold()
    {
        const QString left = QDir::tempPath() + QLatin1Char('/') + prefix() + QStringLiteral("left");
        QVERIFY(QDir().mkpath(left));
        QFile owner(left + QStringLiteral("/owner"));
        QVERIFY(owner.open(QIODevice::WriteOnly));
        owner.write("4194305 1"); // above the kernel's largest pid
        owner.close();
        Stage stage(options());
        stage.demo.start();
        QTRY_VERIFY_WITH_TIMEOUT(stage.lastReport().has_value(), kPatience);
        QVERIFY(!QDir(left).exists());
        QVERIFY(QString::fromStdString(stage.events().front().text).contains(left));
    }

    void absentServerProgramsFailWithTheNameOfTheirPackage()
    {
        const QTemporaryDir empty;
        DemoOptions nowhere = options();
        nowhere.programFolders = QStringList{empty.path()};
        Stage stage(nowhere);
        stage.demo.start();
        QTRY_VERIFY_WITH_TIMEOUT(stage.in(DemoPhase::Failed), kPatience);
        QVERIFY(stage.lastReport()->text.contains(QStringLiteral("apt install postgresql")));
    }

    void anAbsentClientProgramIsNamed()
    {
        DemoOptions wrong = options();
        wrong.clientProgram = QStringLiteral("/nowhere/lifeguard-demo-client");
        Stage stage(wrong);
        stage.demo.start();
        QTRY_VERIFY_WITH_TIMEOUT(stage.in(DemoPhase::Failed), kPatience);
        QVERIFY(stage.lastReport()->text.contains(wrong.clientProgram));
        QVERIFY(processes().isEmpty()); // the server has ended by then: who stops the demo now waits for nothing
    }

    void stopWhileStartingLeavesNothing()
    {
        Stage stage(options());
        stage.demo.start();
        stage.demo.stop();
        QVERIFY(processes().isEmpty());
        QVERIFY(!stage.in(DemoPhase::Ready));
    }
};

QTEST_GUILESS_MAIN(DemoTest)
#include "tst_demo.moc"
