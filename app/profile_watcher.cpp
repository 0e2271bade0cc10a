// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_watcher.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <chrono>

namespace lifeguard {

namespace {

constexpr std::chrono::milliseconds kSettling{200}; // above an editor's steps, below what a person notices

} // namespace

ProfileWatcher::ProfileWatcher(ProfileStore& store, QObject* parent) : QObject(parent), m_store(store)
{
    QDir().mkpath(QFileInfo(m_store.file()).absolutePath());
    m_settling.setSingleShot(true);
    m_settling.setInterval(kSettling);
    const auto settle = [this] { m_settling.start(); };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, settle);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, settle);
    connect(&m_settling, &QTimer::timeout, this, &ProfileWatcher::look);
    watch();
}

// The folder tells of a file that is replaced, as most editors do it, and the file of one that is written in place.
void ProfileWatcher::watch()
{
    for (const QString& path : {QFileInfo(m_store.file()).absolutePath(), m_store.file()})
        if (QFile::exists(path) && !m_watcher.files().contains(path) && !m_watcher.directories().contains(path))
            m_watcher.addPath(path);
}

void ProfileWatcher::look()
{
    watch(); // a file that was replaced is no longer watched
    if (m_store.isCurrent())
        return;
    m_store.load();
    Q_EMIT reloaded();
}

} // namespace lifeguard
