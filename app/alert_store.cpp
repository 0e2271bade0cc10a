// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/alert_store.h"

#include "app/alert_toml.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>

namespace lifeguard {

namespace {

const QString kMutes = QStringLiteral("alerts/mutes"); // of "kind<TAB>subject<TAB>until", until in ms since 1970

QString tr(const char* text)
{
    return QCoreApplication::translate("AlertStore", text);
}

bool report(QString* error, const QString& text)
{
    if (error != nullptr)
        *error = text;
    return text.isEmpty();
}

} // namespace

AlertStore::AlertStore(QString file) : m_file(std::move(file)) {}

QString AlertStore::standardFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
           + QStringLiteral("/lifeguard/alerts.toml");
}

void AlertStore::load()
{
    m_rules = defaultAlertRules();
    m_problem.clear();
    m_known.reset();
    QFile file(m_file);
    if (!file.exists())
        return;
    if (!file.open(QIODevice::ReadOnly)) {
        m_problem = tr("The alert rules in %1 can't be read: %2. The defaults hold.").arg(m_file, file.errorString());
        return;
    }
    const QByteArray text = file.readAll();
    const AlertFile read = readAlerts(text.toStdString(), kVersion);
    m_rules = withDefaults(read.rules);
    if (read.problem.empty())
        m_known = text;
    else
        m_problem = tr("The alert rules in %1 can't all be used: %2. The defaults hold in their place.")
                        .arg(m_file, QString::fromStdString(read.problem));
}

bool AlertStore::keepFormer(QString* error)
{
    QFile file(m_file);
    if (!file.exists())
        return true;
    QString kept = m_file + QStringLiteral(".bak");
    if (m_known && file.open(QIODevice::ReadOnly) && file.readAll() == *m_known)
        QFile::remove(kept);
    else // somebody's work, which isn't known here
        kept = m_file + QStringLiteral(".kept-")
               + QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    return QFile::copy(m_file, kept)
           || report(error, tr("The alert rules can't be saved: %1 could not be copied to %2").arg(m_file, kept));
}

bool AlertStore::save(const std::vector<AlertRule>& rules, QString* error)
{
    if (!QDir().mkpath(QFileInfo(m_file).absolutePath()))
        return report(error, tr("The folder of %1 can't be made").arg(m_file));
    if (!keepFormer(error))
        return false;
    QSaveFile file(m_file);
    const QByteArray text = QByteArray::fromStdString(writeAlerts(withoutDefaults(rules), kVersion));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return report(error, tr("The alert rules can't be saved to %1: %2").arg(m_file, file.errorString()));
    m_rules = rules;
    m_known = text;
    m_problem.clear();
    return report(error, {});
}

std::vector<AlertMute> AlertStore::mutes(const QSettings& settings)
{
    std::vector<AlertMute> mutes;
    for (const QString& line : settings.value(kMutes).toStringList()) {
        const QStringList parts = line.split(QLatin1Char('\t'));
        if (parts.size() != 3)
            continue;
        mutes.push_back({alertKindNamed(parts.at(0).toStdString()), parts.at(1).toStdString(),
                         WallTime{} + std::chrono::milliseconds{parts.at(2).toLongLong()}});
    }
    return mutes;
}

void AlertStore::saveMutes(QSettings& settings, const std::vector<AlertMute>& mutes)
{
    QStringList lines;
    for (const AlertMute& mute : mutes) {
        const std::string_view kind = mute.kind ? nameOf(*mute.kind) : std::string_view();
        const auto until = std::chrono::floor<std::chrono::milliseconds>(mute.until.time_since_epoch());
        lines << QStringList{QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size())),
                             QString::fromStdString(mute.subject), QString::number(until.count())}
                     .join(QLatin1Char('\t'));
    }
    settings.setValue(kMutes, lines);
}

} // namespace lifeguard
