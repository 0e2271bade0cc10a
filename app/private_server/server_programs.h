// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace lifeguard {

// The folder with PostgreSQL's server programs (initdb, postgres), the newest version that is installed; empty when
// there is none. `folders`: where to look, patterns allowed; the usual places and then PATH when empty.
QString findServerPrograms(const QStringList& folders = {});

// What to say when there are none.
QString serverProgramsMissing();

} // namespace lifeguard
