// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace lifeguard {

// Marks a private server's folder with the process that owns it.
void writeOwner(const QString& folder);

// Ends and removes what processes that were killed left behind: folders `prefix`* in the temporary folder whose owner
// is gone. A server that still runs in one is ended by its pid, once /proc has shown that it is this folder's. Returns
// a sentence for each.
QStringList sweepLeftovers(const QString& prefix);

} // namespace lifeguard
