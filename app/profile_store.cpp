// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_store.h"

#include "app/profile_toml.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

#include <algorithm>

namespace lifeguard {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ProfileStore", text);
}

bool report(QString* error, const QString& text)
{
    if (error != nullptr)
        *error = text;
    return text.isEmpty();
}

} // namespace

ProfileStore::ProfileStore(QString file) : m_file(std::move(file)) {}

QString ProfileStore::standardFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
           + QStringLiteral("/lifeguard/profiles.toml");
}

void ProfileStore::load()
{
    m_profiles.clear();
    m_problem.clear();
    m_unread = false;
    m_known.reset();
    QFile file(m_file);
    if (!file.exists())
        return;
    if (!file.open(QIODevice::ReadOnly)) {
        m_unread = true;
        m_problem = tr("The profiles in %1 can't be read: %2").arg(m_file, file.errorString());
        return;
    }
    m_known = file.readAll();
    ProfileFile read = readProfiles(m_known->toStdString(), kVersion);
    m_profiles = std::move(read.profiles);
    if (read.problem.empty())
        return;
    m_unread = true;
    m_problem =
        tr("The profiles in %1 can't all be used: %2. The file is left as it is; before anything is saved it will "
           "be copied aside.")
            .arg(m_file, QString::fromStdString(read.problem));
}

const Profile* ProfileStore::find(const QString& name) const
{
    const std::string wanted = name.toStdString();
    const auto found = std::find_if(m_profiles.begin(), m_profiles.end(),
                                    [&wanted](const Profile& profile) { return profile.name == wanted; });
    return found == m_profiles.end() ? nullptr : &*found;
}

bool ProfileStore::save(const Profile& profile, QString* error)
{
    const auto same = std::find_if(m_profiles.begin(), m_profiles.end(),
                                   [&profile](const Profile& each) { return each.name == profile.name; });
    if (same == m_profiles.end())
        m_profiles.push_back(profile);
    else
        *same = profile;
    return write(error);
}

bool ProfileStore::remove(const QString& name, QString* error)
{
    std::erase_if(m_profiles, [wanted = name.toStdString()](const Profile& each) { return each.name == wanted; });
    return write(error);
}

bool ProfileStore::isCurrent() const
{
    QFile file(m_file);
    if (!file.exists())
        return !m_known;
    return m_known && file.open(QIODevice::ReadOnly) && file.readAll() == *m_known;
}

// Another console may have saved since, or a newer version, or somebody's editor.
bool ProfileStore::mustBeKept() const
{
    QFile file(m_file);
    if (!file.exists())
        return false;
    return m_unread || !file.open(QIODevice::ReadOnly) || file.readAll() != m_known;
}

bool ProfileStore::keepAside(QString* error)
{
    const QString kept = m_file + QStringLiteral(".kept-")
                         + QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    if (!QFile::copy(m_file, kept))
        return report(error, tr("The profiles can't be saved: %1 could not be copied aside").arg(m_file));
    m_problem = m_unread ? tr("The profiles that could not be read are kept in %1").arg(kept)
                         : tr("%1 has changed since it was read here. What it held before this save is kept in %2")
                               .arg(m_file, kept);
    m_unread = false;
    return true;
}

// Atomically, too: a full disk must not cost the last backup.
bool ProfileStore::backUp(QString* error) const
{
    QFile file(m_file);
    QSaveFile backup(m_file + QStringLiteral(".bak"));
    if (!file.open(QIODevice::ReadOnly) || !backup.open(QIODevice::WriteOnly))
        return report(error, tr("The profiles can't be saved: there can be no backup %1").arg(backup.fileName()));
    const QByteArray text = file.readAll();
    if (backup.write(text) != text.size() || !backup.commit())
        return report(error, tr("The profiles can't be saved: there can be no backup %1: %2")
                                 .arg(backup.fileName(), backup.errorString()));
    return true;
}

bool ProfileStore::write(QString* error)
{
    if (!QDir().mkpath(QFileInfo(m_file).absolutePath()))
        return report(error, tr("The folder of %1 can't be made").arg(m_file));
    if (mustBeKept() && !keepAside(error))
        return false;
    if (QFile::exists(m_file) && !backUp(error))
        return false;
    QSaveFile file(m_file);
    const QByteArray text = QByteArray::fromStdString(writeProfiles(m_profiles, kVersion));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return report(error, tr("The profiles can't be saved to %1: %2").arg(m_file, file.errorString()));
    m_known = text;
    return report(error, {});
}

} // namespace lifeguard
