// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/private_server/leftovers.h"

#include "app/private_server/unprivileged_process.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lifeguard {

namespace {

const QString kOwnerFile = QStringLiteral("owner");
constexpr qint64 kBirthSeconds = 60; // a folder this young without an owner is being made at this moment

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// A process by pid and the time it started (field 22 of /proc/PID/stat, in clock ticks since boot), so that a pid used
// anew isn't taken for it.
QByteArray identityOf(qint64 pid)
{
    const QByteArray stat = readFile(QStringLiteral("/proc/%1/stat").arg(pid));
    const QList<QByteArray> afterName = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return afterName.size() > 19 ? QByteArray::number(pid) + ' ' + afterName.at(19) : QByteArray();
}

bool ownerIsAlive(const QString& folder)
{
    const QByteArray owner = readFile(folder + QLatin1Char('/') + kOwnerFile).trimmed();
    if (owner.isEmpty())
        return QFileInfo(folder).lastModified().secsTo(QDateTime::currentDateTime()) < kBirthSeconds;
    return identityOf(owner.split(' ').first().toLongLong()) == owner;
}

qint64 serverIn(const QString& folder)
{
    const qint64 pid = readFile(folder + QStringLiteral("/data/postmaster.pid")).split('\n').value(0).toLongLong();
    if (pid <= 1)
        return 0;
    const QByteArray command = readFile(QStringLiteral("/proc/%1/cmdline").arg(pid));
    return command.contains(QFile::encodeName(folder)) ? pid : 0;
}

void endServer(qint64 pid)
{
    // A pid descriptor becomes readable when the process is gone: no polling, and no mistake about a pid used anew.
    const auto process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    kill(static_cast<pid_t>(pid), SIGQUIT); // immediate shutdown: nothing in it is worth keeping
    kill(static_cast<pid_t>(pid), SIGCONT); // in case it was stopped
    if (process >= 0) {
        pollfd gone{process, POLLIN, 0};
        if (poll(&gone, 1, 5'000) == 0)
            kill(static_cast<pid_t>(pid), SIGKILL);
        close(process);
    }
}

} // namespace

void writeOwner(const QString& folder)
{
    QFile file(folder + QLatin1Char('/') + kOwnerFile);
    if (file.open(QIODevice::WriteOnly))
        file.write(identityOf(QCoreApplication::applicationPid()));
}

QStringList sweepLeftovers(const QString& prefix)
{
    QStringList swept;
    const QDir temporary(QDir::tempPath());
    for (const QString& name : temporary.entryList({prefix + QLatin1Char('*')}, QDir::Dirs | QDir::NoSymLinks)) {
        const QString folder = temporary.filePath(name);
        if (!isOurs(folder) || ownerIsAlive(folder)) // anybody may make folders there
            continue;
        const qint64 pid = serverIn(folder);
        if (pid != 0)
            endServer(pid);
        if (QDir(folder).removeRecursively())
            swept << (pid == 0 ? QStringLiteral("Removed %1, left behind by a process that was killed").arg(folder)
                               : QStringLiteral("Ended the server %1 and removed %2, left behind by a process that was "
                                                "killed")
                                     .arg(pid)
                                     .arg(folder));
    }
    return swept;
}

} // namespace lifeguard
