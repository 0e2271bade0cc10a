// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/private_server/unprivileged_process.h"

#include <QFile>
#include <QFileInfo>

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace lifeguard {

namespace {

// Debian's server package brings the user postgres; nobody is on every system.
const passwd* unprivilegedUser()
{
    const passwd* user = getpwnam("postgres");
    return user != nullptr ? user : getpwnam("nobody");
}

// Runs in the child between fork and exec: system calls only. A change of user clears the death signal, so that comes
// last; a parent that has died meanwhile sends none.
void becomeChild(uid_t uid, gid_t gid, pid_t parent, int deathSignal)
{
    if (uid != 0 && (setgroups(0, nullptr) != 0 || setgid(gid) != 0 || setuid(uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, deathSignal);
    if (getppid() != parent)
        _exit(126);
}

} // namespace

void dropPrivileges(QProcess& process, int deathSignal)
{
    uid_t uid = 0;
    gid_t gid = 0;
    if (geteuid() == 0)
        if (const passwd* user = unprivilegedUser(); user != nullptr) {
            uid = user->pw_uid;
            gid = user->pw_gid;
        }
    process.setChildProcessModifier(
        [uid, gid, parent = getpid(), deathSignal] { becomeChild(uid, gid, parent, deathSignal); });
}

void endWithThread(QProcess& process, int deathSignal)
{
    process.setChildProcessModifier([parent = getpid(), deathSignal] { becomeChild(0, 0, parent, deathSignal); });
}

bool giveToUnprivilegedUser(const QString& path)
{
    if (geteuid() != 0)
        return true;
    const passwd* user = unprivilegedUser();
    return user != nullptr && chown(QFile::encodeName(path).constData(), user->pw_uid, user->pw_gid) == 0;
}

bool isOurs(const QString& path)
{
    const uint owner = QFileInfo(path).ownerId();
    if (owner == geteuid())
        return true;
    const passwd* user = geteuid() == 0 ? unprivilegedUser() : nullptr;
    return user != nullptr && owner == user->pw_uid;
}

} // namespace lifeguard
