// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo.h"

#include "app/demo/demo_clients.h"
#include "app/demo/demo_set_up.h"
#include "app/demo/traffic.h"
#include "app/private_server/leftovers.h"
#include "app/private_server/private_server.h"
#include "core/base/thread_name.h"

#include <QCoreApplication>

#include <algorithm>
#include <memory>
#include <optional>

namespace lifeguard {

namespace {

constexpr std::chrono::seconds kTick{1}; // how soon an application or a server that died is noticed
constexpr std::chrono::seconds kMendSpacing{5};

QString translated(const char* text)
{
    return QCoreApplication::translate("Demo", text);
}

PrivateServerOptions serverOptions(const DemoOptions& options)
{
    PrivateServerOptions server;
    server.prefix = options.prefix;
    server.settings = demoServerSettings();
    server.programFolders = options.programFolders;
    return server;
}

} // namespace

Demo::Demo(Fleet& fleet, DemoOptions options) : m_fleet(fleet), m_options(std::move(options)) {}

Demo::~Demo()
{
    stop();
}

void Demo::setListener(std::function<void(const DemoReport&)> listener)
{
    m_listener = std::move(listener);
}

void Demo::start()
{
    m_thread = std::thread([this] { run(); });
}

void Demo::cause(DemoFault fault)
{
    {
        const std::lock_guard lock(m_mutex);
        m_wanted.push_back(fault);
    }
    m_wake.notify_all();
}

void Demo::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void Demo::report(DemoPhase phase, const QString& text) const
{
    if (m_listener)
        m_listener({phase, text});
}

void Demo::tell(Severity severity, std::string text) const
{
    Event event;
    event.kind = EventKind::DemoFault;
    event.severity = severity;
    event.text = std::move(text);
    m_fleet.journal().append(std::move(event));
}

bool Demo::waitUntil(TimePoint until)
{
    std::unique_lock lock(m_mutex);
    return !m_wake.wait_until(lock, until, [this] { return m_stop; });
}

// The demo's thread. The server and the applications are bound to it: they end when it does, however it ends.
void Demo::run()
{
    nameThisThread("lg-demo");
    for (const QString& sentence : sweepLeftovers(m_options.prefix))
        tell(Severity::Info, "Demo: " + sentence.toStdString());
    report(DemoPhase::Starting, translated(QT_TRANSLATE_NOOP("Demo", "Starting a private PostgreSQL…")));
    if (QString error; !perform(&error) && !error.isEmpty())
        report(DemoPhase::Failed, error);
}

bool Demo::perform(QString* error)
{
    PrivateServer server(serverOptions(m_options));
    if (!prepare(server, error))
        return false;
    DemoClients clients(m_options.clientProgram.isEmpty() ? findDemoClient() : m_options.clientProgram,
                        [this](std::string text) { tell(Severity::Warning, std::move(text)); });
    if (!clients.start(server, error))
        return false;
    openProfiles(server);
    std::vector<std::unique_ptr<Traffic>> traffic;
    for (const TrafficPlan& plan : demoTraffic())
        traffic.push_back(std::make_unique<Traffic>(m_fleet, plan));
    report(DemoPhase::Ready, translated(QT_TRANSLATE_NOOP("Demo", "The demo is running on a private PostgreSQL.")));
    live(server, clients);
    for (const auto& each : traffic)
        each->stop();
    traffic.clear();
    clients.stop();
    return true;
}

bool Demo::prepare(PrivateServer& server, QString* error)
{
    return server.start(error) && server.run(demoRolesSql(), QStringLiteral("postgres"), error)
           && server.run(demoShopSql(), kDemoDatabase, error)
           && waitUntil(Clock::now()); // not when the demo was stopped meanwhile
}

void Demo::openProfiles(const PrivateServer& server)
{
    for (const Profile& profile : demoProfiles(server.connection(kDemoConsoleRole, kDemoDatabase).toStdString()))
        m_fleet.submit(OpenProfile{profile, {}});
}

void Demo::live(PrivateServer& server, DemoClients& clients)
{
    DemoFault turn = kDemoFaults.front();
    TimePoint due = Clock::now() + m_options.firstFault;
    for (;;) {
        std::optional<DemoFault> fault;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_until(lock, std::min(due, Clock::now() + kTick),
                              [this] { return m_stop || !m_wanted.empty(); });
            if (m_stop)
                return;
            if (!m_wanted.empty()) {
                fault = m_wanted.front();
                m_wanted.pop_front();
            }
        }
        clients.tend();
        mend(server);
        if (fault) { // a person's wish; the next one of our own leaves time to watch
            due = std::max(due, Clock::now() + m_options.faultInterval / 2);
        } else if (Clock::now() >= due) {
            fault = turn;
            turn = after(turn);
            due = Clock::now() + m_options.faultInterval;
        }
        if (fault)
            inflict(*fault, server);
    }
}

void Demo::inflict(DemoFault fault, PrivateServer& server)
{
    tell(Severity::Info, announcementOf(fault));
    switch (fault) {
    case DemoFault::CloseIdle:
        endBackends(QStringLiteral("state = 'idle'"), server);
        break;
    case DemoFault::EndAll:
        endBackends(QStringLiteral("true"), server);
        break;
    case DemoFault::Restart:
        restart(server);
        break;
    }
}

void Demo::endBackends(const QString& condition, PrivateServer& server)
{
    QString error;
    if (!server.run(QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                   " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND %1")
                        .arg(condition),
                    QStringLiteral("postgres"), &error))
        tell(Severity::Warning, "Demo: the fault could not be caused: " + error.toStdString());
}

void Demo::restart(PrivateServer& server)
{
    server.stop(PrivateServer::StopMode::Fast);
    if (!waitUntil(Clock::now() + m_options.restartAway))
        return;
    QString error;
    if (!server.start(&error))
        tell(Severity::Critical, "Demo: the server does not start again: " + error.toStdString());
}

// A server that died, or didn't come back from a restart, is started again.
void Demo::mend(PrivateServer& server)
{
    if (server.running())
        return;
    QString error;
    if (server.start(&error)) {
        tell(Severity::Ok, "Demo: the server had ended and was started again");
    } else {
        tell(Severity::Critical, "Demo: the server does not start again: " + error.toStdString());
        waitUntil(Clock::now() + kMendSpacing);
    }
}

} // namespace lifeguard
