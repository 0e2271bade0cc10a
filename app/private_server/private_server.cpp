// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/private_server/private_server.h"

#include "app/private_server/leftovers.h"
#include "app/private_server/server_programs.h"
#include "app/private_server/unprivileged_process.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>

#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lifeguard {

namespace {

constexpr int kInitMillis = 60'000;
constexpr int kReadyMillis = 30'000;
constexpr int kStopMillis = 15'000;

// A port that nothing listens on at this moment. The kernel chooses it.
int freePort()
{
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int port = 0;
    if (bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0
        && getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0)
        port = ntohs(address.sin_port);
    close(probe);
    return port;
}

bool writeLines(const QString& path, const QStringList& lines, QIODevice::OpenMode mode)
{
    QFile file(path);
    if (!file.open(mode))
        return false;
    const QByteArray text = (lines.join(QLatin1Char('\n')) + QLatin1Char('\n')).toUtf8();
    return file.write(text) == text.size();
}

// Runs a program to its end as the unprivileged user; empty when it went well, else what it said.
QString runToEnd(const QString& program, const QStringList& arguments, const QByteArray& input, int millis)
{
    QProcess process;
    dropPrivileges(process, SIGKILL);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QDir::rootPath());
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (process.waitForFinished(millis) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    const QString said = QString::fromUtf8(process.readAll()).trimmed();
    return QStringLiteral("%1 failed: %2").arg(program, said.isEmpty() ? process.errorString() : said);
}

bool report(QString* error, const QString& text)
{
    if (error != nullptr)
        *error = text;
    return text.isEmpty();
}

} // namespace

PrivateServer::PrivateServer(PrivateServerOptions options) : m_options(std::move(options)) {}

PrivateServer::~PrivateServer()
{
    stop(StopMode::Immediate);
}

QString PrivateServer::folder() const
{
    return m_folder ? m_folder->path() : QString();
}

QString PrivateServer::log() const
{
    QFile file(folder() + QStringLiteral("/server.log"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

bool PrivateServer::start(QString* error)
{
    if (running())
        return true;
    if (!m_folder && !initialise(error)) {
        m_folder.reset();
        return false;
    }
    dropPrivileges(m_server, SIGINT); // a fast shutdown when our thread ends, however it ends
    m_server.setWorkingDirectory(folder());
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.setStandardOutputFile(folder() + QStringLiteral("/server.log"), QIODevice::Append);
    m_server.start(m_programs + QStringLiteral("/postgres"),
                   {QStringLiteral("-D"), folder() + QStringLiteral("/data")});
    return waitUntilReady(error);
}

bool PrivateServer::initialise(QString* error)
{
    m_programs = findServerPrograms(m_options.programFolders);
    if (m_programs.isEmpty())
        return report(error, serverProgramsMissing());
    m_folder = std::make_unique<QTemporaryDir>(QDir::tempPath() + QLatin1Char('/') + m_options.prefix);
    if (!m_folder->isValid())
        return report(error, QStringLiteral("No temporary folder could be made: %1").arg(m_folder->errorString()));
    writeOwner(folder());
    if (!giveToUnprivilegedUser(folder()))
        return report(error, QStringLiteral("The folder %1 could not be given to an unprivileged user").arg(folder()));
    return report(error, makeCluster()) && configure(error);
}

QString PrivateServer::makeCluster()
{
    const QString data = folder() + QStringLiteral("/data");
    if (!m_options.standbyOf.isEmpty())
        return runToEnd(m_programs + QStringLiteral("/pg_basebackup"),
                        {QStringLiteral("-d"), m_options.standbyOf, QStringLiteral("-D"), data, QStringLiteral("-R"),
                         QStringLiteral("-c"), QStringLiteral("fast"), QStringLiteral("--no-sync")},
                        {}, kInitMillis);
    return runToEnd(m_programs + QStringLiteral("/initdb"),
                    {QStringLiteral("-D"), data, QStringLiteral("-U"), superuser(), QStringLiteral("-A"),
                     QStringLiteral("trust"), QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--no-sync"),
                     QStringLiteral("--no-locale")},
                    {}, kInitMillis);
}

bool PrivateServer::configure(QString* error)
{
    m_port = freePort();
    QStringList settings{
        QStringLiteral("listen_addresses = '%1'").arg(m_options.tcp ? QStringLiteral("127.0.0.1") : QString()),
        QStringLiteral("port = %1").arg(m_port),
        QStringLiteral("unix_socket_directories = '%1'").arg(folder()),
        QStringLiteral("fsync = off"),
        QStringLiteral("synchronous_commit = off"),
        QStringLiteral("full_page_writes = off"),
        QStringLiteral("shared_buffers = 32MB"),
        QStringLiteral("autovacuum_naptime = 1h")};
    settings += m_options.settings;
    QStringList rules = m_options.accessRules;
    rules << QStringLiteral("local all all trust") << QStringLiteral("local replication all trust");
    if (m_options.tcp)
        rules << QStringLiteral("host all all 127.0.0.1/32 trust");
    const QString data = folder() + QStringLiteral("/data");
    if (!writeLines(data + QStringLiteral("/postgresql.auto.conf"), settings, QIODevice::Append)
        || !writeLines(data + QStringLiteral("/pg_hba.conf"), rules, QIODevice::WriteOnly))
        return report(error, QStringLiteral("The server's configuration in %1 could not be written").arg(data));
    return true;
}

bool PrivateServer::waitUntilReady(QString* error)
{
    if (!m_server.waitForStarted(kStopMillis))
        return report(error, QStringLiteral("The server did not start: %1").arg(m_server.errorString()));
    const QDeadlineTimer deadline(kReadyMillis);
    while (!deadline.hasExpired()) {
        if (runToEnd(
                m_programs + QStringLiteral("/pg_isready"),
                {QStringLiteral("-q"), QStringLiteral("-h"), folder(), QStringLiteral("-p"), QString::number(m_port)},
                {}, kStopMillis)
                .isEmpty())
            return true;
        if (m_server.waitForFinished(20)) // ends the wait at once when the server gives up
            break;
    }
    const QString said = log().trimmed();
    stop(StopMode::Immediate);
    return report(error, QStringLiteral("The server did not become ready: %1").arg(said));
}

bool PrivateServer::running()
{
    if (m_server.state() != QProcess::NotRunning)
        m_server.waitForFinished(0); // without an event loop this is what notices an end
    return m_server.state() != QProcess::NotRunning;
}

qint64 PrivateServer::pid() const
{
    return m_server.processId();
}

void PrivateServer::stop(StopMode mode)
{
    if (!running())
        return;
    thaw();
    kill(static_cast<pid_t>(pid()), mode == StopMode::Fast ? SIGINT : SIGQUIT);
    if (!m_server.waitForFinished(kStopMillis)) {
        m_server.kill();
        m_server.waitForFinished(kStopMillis);
    }
}

QString PrivateServer::connection(const QString& user, const QString& database) const
{
    return QStringLiteral("host=%1 port=%2 user=%3 dbname=%4").arg(folder()).arg(m_port).arg(user, database);
}

QString PrivateServer::tcpConnection(const QString& user, const QString& database) const
{
    return QStringLiteral("host=127.0.0.1 port=%1 user=%2 dbname=%3").arg(m_port).arg(user, database);
}

bool PrivateServer::run(const QString& sql, const QString& database, QString* error)
{
    return report(error, runToEnd(m_programs + QStringLiteral("/psql"),
                                  {QStringLiteral("-X"), QStringLiteral("-q"), QStringLiteral("-v"),
                                   QStringLiteral("ON_ERROR_STOP=1"), QStringLiteral("-o"), QStringLiteral("/dev/null"),
                                   QStringLiteral("-d"), connection(superuser(), database)},
                                  sql.toUtf8(), kInitMillis));
}

void PrivateServer::signalAll(int number)
{
    if (!running())
        return;
    const qint64 postmaster = pid();
    QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(postmaster));
    kill(static_cast<pid_t>(postmaster), number); // first, so that it forks no more
    if (children.open(QIODevice::ReadOnly))
        for (const QByteArray& child : children.readAll().simplified().split(' '))
            if (const int process = child.toInt(); process > 1)
                kill(process, number);
}

void PrivateServer::freeze()
{
    signalAll(SIGSTOP);
}

void PrivateServer::thaw()
{
    signalAll(SIGCONT);
}

} // namespace lifeguard
