// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/private_server/server_programs.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QVersionNumber>

#include <algorithm>

namespace lifeguard {

namespace {

bool hasPrograms(const QString& folder)
{
    return QFileInfo(folder + QStringLiteral("/initdb")).isExecutable()
           && QFileInfo(folder + QStringLiteral("/postgres")).isExecutable();
}

// "/usr/lib/postgresql/*/bin": at most one folder is a pattern. The highest version first, by number: 9.6 is below 15.
QStringList expand(const QString& pattern)
{
    const qsizetype star = pattern.indexOf(QLatin1Char('*'));
    if (star < 0)
        return {pattern};
    const QString folder = pattern.left(pattern.lastIndexOf(QLatin1Char('/'), star) + 1);
    const QString name = pattern.mid(folder.size(), star - folder.size());
    QStringList versions;
    for (const QString& entry : QDir(folder).entryList({name + QLatin1Char('*')}, QDir::Dirs | QDir::NoDotAndDotDot))
        versions << entry.mid(name.size());
    std::sort(versions.begin(), versions.end(), [](const QString& left, const QString& right) {
        return QVersionNumber::fromString(left) > QVersionNumber::fromString(right);
    });
    for (QString& version : versions)
        version = folder + name + version + pattern.mid(star + 1);
    return versions;
}

// What the path leads to: the programs themselves, or the pg_config that knows where they are.
QString programsByPath()
{
    const QString initdb = QStandardPaths::findExecutable(QStringLiteral("initdb"));
    if (!initdb.isEmpty() && hasPrograms(QFileInfo(initdb).absolutePath()))
        return QFileInfo(initdb).absolutePath();
    QProcess config;
    config.start(QStringLiteral("pg_config"), {QStringLiteral("--bindir")});
    if (!config.waitForFinished(5'000) || config.exitCode() != 0)
        return {};
    const QString folder = QFile::decodeName(config.readAllStandardOutput().trimmed());
    return hasPrograms(folder) ? folder : QString();
}

} // namespace

QString findServerPrograms(const QStringList& folders)
{
    const QStringList patterns =
        folders.isEmpty() ? QStringList{QStringLiteral("/usr/lib/postgresql/*/bin"), QStringLiteral("/usr/pgsql-*/bin"),
                                        QStringLiteral("/usr/local/pgsql/bin")}
                          : folders;
    for (const QString& pattern : patterns) {
        const QStringList candidates = expand(pattern);
        const auto first = std::find_if(candidates.cbegin(), candidates.cend(), hasPrograms);
        if (first != candidates.cend())
            return *first;
    }
    return folders.isEmpty() ? programsByPath() : QString();
}

QString serverProgramsMissing()
{
    return QStringLiteral("PostgreSQL's server programs were not found. Install Debian's package postgresql: "
                          "apt install postgresql");
}

} // namespace lifeguard
