// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme/theme_controller.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

namespace lifeguard {

// What the user asked for on the command line. A password is never taken from there: other users can read it in the
// list of processes.
struct CommandLine {
    bool demo = false;
    bool readOnly = false; // pools are watched; actions are absent
    QString profile;       // name of a saved profile to open
    QString connection;    // libpq URI or keyword string to open
    QString select;        // pool to show first
    std::optional<ThemeChoice> theme;
    QSize size;
    QString capture;      // picture of the window, saved when it quits
    QString exportEvents; // event log, saved when it quits
    std::optional<int> quitAfterSeconds;

    // When set, print this and leave with exitCode; nothing else is to be done.
    std::optional<QString> answer;
    int exitCode = 0;
};

// Needs no QCoreApplication, so that --help works without a display.
CommandLine parseCommandLine(const QStringList& arguments);

} // namespace lifeguard
