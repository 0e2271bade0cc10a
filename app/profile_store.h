// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/profile.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace lifeguard {

// The saved profiles: a TOML file that people may edit, without any password. GUI thread; the file is small.
//
// docs/profiles.md tells people what may stand in it.
//
//   version = 1
//   [[profile]]
//   name = "orders-api"
//   connection = "host=db.internal dbname=orders user=app"
//   preset = "default"          # default, serverless, high-concurrency
//   environment = "production"  # development, staging, production; production = true is read, too
//   readOnly = true            # watched only: actions are absent, and refused by the core
//   [profile.options]           # only what differs from the preset; times in milliseconds
//   maxSize = 20
//
// A file that can't all be read, that a newer Lifeguard has written, or that has changed since it was read here (by
// another console, by hand) is copied aside before a save and never overwritten unread. A key that isn't known, a value
// of the wrong type and one out of range are problems of their profile, which isn't used then; they don't become
// defaults.
class ProfileStore {
  public:
    static constexpr int kVersion = 1;

    explicit ProfileStore(QString file);
    static QString standardFile(); // in the XDG configuration folder
    QString file() const { return m_file; }
    bool isCurrent() const; // the file holds what was read or written here last

    // What went wrong is in problem(); the profiles that could be read are there all the same.
    void load();
    QString problem() const { return m_problem; } // a sentence, empty when all is well

    const std::vector<Profile>& profiles() const { return m_profiles; }
    const Profile* find(const QString& name) const;

    // Adds it, or replaces the one of the same name, and writes the file (atomically, the last one kept as *.bak).
    bool save(const Profile& profile, QString* error);
    bool remove(const QString& name, QString* error);

  private:
    bool write(QString* error);
    bool keepAside(QString* error);
    bool backUp(QString* error) const;
    bool mustBeKept() const;

    const QString m_file;
    std::vector<Profile> m_profiles;
    QString m_problem;
    bool m_unread = false;             // the file held what we couldn't read
    std::optional<QByteArray> m_known; // what the file held when we last read or wrote it; nothing: no file
};

} // namespace lifeguard
