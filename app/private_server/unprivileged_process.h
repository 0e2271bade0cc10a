// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>

namespace lifeguard {

// Prepares a process to run as the unprivileged user when we are root (PostgreSQL refuses root), and to get
// `deathSignal` when the thread that starts it ends, however it ends. Start it from a thread that lives as long as the
// process is wanted.
void dropPrivileges(QProcess& process, int deathSignal);

// The same for a process that runs as ourselves.
void endWithThread(QProcess& process, int deathSignal);

// Gives a path to that user; does nothing when we aren't root.
bool giveToUnprivilegedUser(const QString& path);

// Whether a path belongs to us, or to the user that we would give it to.
bool isOurs(const QString& path);

} // namespace lifeguard
