// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_clients.h"

#include "app/demo/demo_set_up.h"
#include "app/private_server/private_server.h"
#include "app/private_server/unprivileged_process.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <csignal>

namespace lifeguard {

namespace {

constexpr int kStartMillis = 10'000;
constexpr int kStopMillis = 3'000;
constexpr std::chrono::seconds kRestartSpacing{5}; // one that can't live is started again, but not in a frenzy

} // namespace

QString findDemoClient()
{
    const QString folder = QCoreApplication::applicationDirPath();
    for (const QString& place : {folder + QStringLiteral("/lifeguard-demo-client"),
                                 folder + QStringLiteral("/../libexec/lifeguard/lifeguard-demo-client")})
        if (QFileInfo(place).isExecutable())
            return QFileInfo(place).canonicalFilePath();
    return {};
}

DemoClients::DemoClients(QString program, std::function<void(std::string)> tell)
    : m_program(std::move(program)), m_tell(std::move(tell))
{
}

DemoClients::~DemoClients()
{
    stop();
}

bool DemoClients::start(const PrivateServer& server, QString* error)
{
    for (const DemoApplication& application : demoApplications()) {
        Client client;
        client.name = application.habit;
        client.arguments = {QStringLiteral("--habit"), application.habit, QStringLiteral("--connection"),
                            server.connection(application.role, kDemoDatabase)};
        const bool started = launch(client);
        if (!started)
            *error = QStringLiteral("The demo's application %1 did not start: %2: %3")
                         .arg(client.name, m_program.isEmpty() ? QStringLiteral("lifeguard-demo-client") : m_program,
                              client.process->errorString());
        m_clients.push_back(std::move(client));
        if (!started)
            return false;
    }
    return true;
}

bool DemoClients::launch(Client& client) const
{
    client.process = std::make_unique<QProcess>();
    client.startedAt = std::chrono::steady_clock::now();
    endWithThread(*client.process, SIGKILL);
    client.process->setStandardOutputFile(QProcess::nullDevice());
    client.process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    client.process->start(m_program, client.arguments);
    return client.process->waitForStarted(kStartMillis);
}

void DemoClients::tend()
{
    const auto now = std::chrono::steady_clock::now();
    for (Client& client : m_clients) {
        client.process->waitForFinished(0); // without an event loop this is what notices an end
        if (client.process->state() != QProcess::NotRunning || now - client.startedAt < kRestartSpacing)
            continue;
        const QString text = launch(client) ? QStringLiteral("Demo: application %1 had ended and was started again")
                                            : QStringLiteral("Demo: application %1 has ended and does not start again");
        m_tell(text.arg(client.name).toStdString());
    }
}

void DemoClients::stop()
{
    for (Client& client : m_clients)
        client.process->closeWriteChannel(); // they end when their standard input does
    for (Client& client : m_clients)
        if (client.process->state() != QProcess::NotRunning && !client.process->waitForFinished(kStopMillis)) {
            client.process->kill();
            client.process->waitForFinished(kStopMillis);
        }
    m_clients.clear();
}

} // namespace lifeguard
