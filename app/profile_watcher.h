// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/profile_store.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace lifeguard {

// Loads the profiles again when somebody else has written their file: an editor, another console. The store's own saves
// don't count. GUI thread.
class ProfileWatcher : public QObject {
    Q_OBJECT

  public:
    // Makes the file's folder, since only what is there can be watched.
    ProfileWatcher(ProfileStore& store, QObject* parent = nullptr);

  Q_SIGNALS:
    void reloaded(); // what is wrong with them, if anything, is in the store's problem()

  private:
    void look();
    void watch();

    ProfileStore& m_store;
    QFileSystemWatcher m_watcher;
    QTimer m_settling; // editors write in several steps
};

} // namespace lifeguard
