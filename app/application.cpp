// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include "app/alert_center.h"
#include "app/main_window.h"
#include "app/notice_bar.h"
#include "app/termination.h"
#include "core/postgres/conninfo.h"
#include "widgets/panels/event_log.h"
#include "widgets/words.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDir>
#include <QIcon>
#include <QSysInfo>
#include <QTimer>

#include <spdlog/spdlog.h>

#include <pwd.h>
#include <unistd.h>

namespace lifeguard {

namespace {

// In the XDG state folder, which Qt 6.4 doesn't know. A path that isn't absolute doesn't count, says the specification.
QString auditFile()
{
    QString folder = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(folder))
        folder = QDir::homePath() + QStringLiteral("/.local/state");
    return folder + QStringLiteral("/lifeguard/audit.log");
}

FleetOptions fleetOptions(const CommandLine& wanted)
{
    FleetOptions options;
    options.actor = actorName().toStdString();
    options.readOnly = wanted.readOnly;
    options.auditFile = QFile::encodeName(auditFile()).toStdString();
    return options;
}

// Differs from that of any other process on any host, since it is how our own sessions are known. PostgreSQL keeps 63
// bytes.
std::string ownApplicationName()
{
    return "lifeguard " + std::to_string(QApplication::applicationPid()) + "@"
           + QSysInfo::machineHostName().left(40).toStdString();
}

ThemeChoice savedTheme(const QSettings& settings)
{
    switch (settings.value(QStringLiteral("theme")).toInt()) {
    case static_cast<int>(ThemeChoice::Light):
        return ThemeChoice::Light;
    case static_cast<int>(ThemeChoice::Dark):
        return ThemeChoice::Dark;
    default:
        return ThemeChoice::System;
    }
}

// What matters to somebody who reads the console's standard error.
void logEvents(const std::vector<Event>& events)
{
    for (const Event& event : events) {
        if (event.severity == Severity::Critical)
            spdlog::error("{} {}: {}", event.pool, nameOf(event.kind), event.text);
        else if (event.severity == Severity::Warning)
            spdlog::warn("{} {}: {}", event.pool, nameOf(event.kind), event.text);
    }
}

} // namespace

QString actorName()
{
    const passwd* user = getpwuid(geteuid());
    const QString name = user == nullptr ? QString::number(geteuid()) : QString::fromLocal8Bit(user->pw_name);
    return name + QLatin1Char('@') + QSysInfo::machineHostName();
}

Application::Application(QApplication& application, const CommandLine& wanted, DemoOptions demo)
    : m_application(application)
    , m_wanted(wanted)
    , m_demoOptions(std::move(demo))
    , m_settings(QStringLiteral("lifeguard"), QStringLiteral("lifeguard"))
    , m_theme(application)
    , m_profiles(ProfileStore::standardFile())
    , m_alertRules(AlertStore::standardFile())
    , m_profileWatcher(m_profiles)
    , m_fleet(fleetOptions(wanted), std::make_shared<PostgresDriver>(ownApplicationName()))
    , m_bridge(m_fleet)
    , m_opener(m_bridge, m_secrets)
{
    m_application.setQuitOnLastWindowClosed(false);
    m_application.setWindowIcon(QIcon(QStringLiteral(":/lifeguard/icons/lifeguard.svg")));
    m_theme.setChoice(wanted.theme.value_or(savedTheme(m_settings)));
    m_profiles.load();
    m_window = std::make_unique<MainWindow>(
        MainWindowSetup{m_bridge, m_profiles, m_opener, m_theme, m_settings, actorName(), {}, wanted.readOnly});
    if (!wanted.size.isEmpty())
        m_window->resize(wanted.size);
    if (!m_profiles.problem().isEmpty())
        m_window->showError(m_profiles.problem());
    m_alerts = std::make_unique<AlertCenter>(
        AlertCenterSetup{m_bridge, m_alertRules, m_settings, *m_window, actorName(), QDBusConnection::sessionBus()});
    connect(&m_secrets, &Secrets::problem, m_window.get(), &MainWindow::showError);
    connect(&m_profileWatcher, &ProfileWatcher::reloaded, this, &Application::tellReload);
    connect(m_window.get(), &MainWindow::demoRequested, this, &Application::startDemo);
    connect(m_window.get(), &MainWindow::closed, this, &Application::finish);
    connect(&m_bridge, &Bridge::eventsArrived, this, &logEvents);
    onTerminationSignal(this, [this] { m_window->close(); });
    m_window->show();
    if (!wanted.select.isEmpty())
        m_window->selectPool(wanted.select);
    QTimer::singleShot(0, this, &Application::openWanted);
    if (wanted.quitAfterSeconds)
        QTimer::singleShot(std::chrono::seconds{*wanted.quitAfterSeconds}, this, [this] { m_window->close(); });
}

Application::~Application()
{
    if (m_ending.joinable())
        m_ending.join();
    m_demo.reset();
}

void Application::openWanted()
{
    if (m_wanted.demo)
        startDemo();
    if (!m_wanted.connection.isEmpty()) {
        Profile profile;
        profile.connection = m_wanted.connection.toStdString();
        const auto parameters = parseConnection(profile.connection);
        profile.name = parameters ? targetOf(*parameters).display : profile.connection;
        m_opener.open(profile);
    }
    if (m_wanted.profile.isEmpty())
        return;
    if (const Profile* profile = m_profiles.find(m_wanted.profile))
        m_opener.open(*profile);
    else
        m_window->showError(
            tr("There is no saved profile named \"%1\". File ▸ Connect… makes one.").arg(m_wanted.profile));
}

void Application::tellReload()
{
    if (!m_profiles.problem().isEmpty())
        m_window->showError(m_profiles.problem());
    else
        m_window->showNotice(
            tr("The profiles were changed in %1 and read again. Pools that are open keep what they were opened with.")
                .arg(m_profiles.file()));
}

void Application::startDemo()
{
    if (m_demo)
        return;
    m_demo = std::make_unique<Demo>(m_fleet, m_demoOptions);
    m_demo->setListener([this](const DemoReport& report) { // on the demo's thread
        QMetaObject::invokeMethod(
            this, [this, report] { follow(report); }, Qt::QueuedConnection);
    });
    m_window->enableDemoMenu([this](DemoFault fault) { m_demo->cause(fault); });
    m_demo->start();
}

void Application::follow(const DemoReport& report)
{
    switch (report.phase) {
    case DemoPhase::Starting:
        m_window->showNotice(report.text);
        break;
    case DemoPhase::Ready:
        m_window->notices().hide();
        break;
    case DemoPhase::Failed:
        m_window->showError(report.text);
        if (m_ending.joinable()) // the demo is being stopped there
            break;
        m_window->enableDemoMenu({});
        m_demo.reset(); // waits for nothing: it has ended; the next one may do better
        break;
    }
}

void Application::finish()
{
    if (!m_wanted.capture.isEmpty() && !m_window->grab().save(m_wanted.capture))
        spdlog::error("the picture could not be saved to {}", m_wanted.capture.toStdString());
    if (m_wanted.exportEvents.isEmpty())
        return end();
    EventLog& events = m_window->events();
    QObject::connect(&events, &EventLog::exported, m_window.get(), [this] { end(); });
    QObject::connect(&events, &EventLog::exportFailed, m_window.get(), [this](const QString& sentence) {
        spdlog::error("{}", sentence.toStdString());
        end();
    });
    events.exportTo(m_wanted.exportEvents);
}

void Application::end()
{
    if (m_ending.joinable())
        return;
    m_alerts->leave();
    m_window
        ->hide(); // shutting down may take until the pools' time-out; nobody has to look at a window that stands still
    m_ending = std::thread([this] {
        m_fleet.shutdown();
        if (m_demo)
            m_demo->stop();
        QMetaObject::invokeMethod(&m_application, &QCoreApplication::quit, Qt::QueuedConnection);
    });
}

} // namespace lifeguard
