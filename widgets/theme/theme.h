// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

namespace lifeguard {

// Every colour of the window, in one table per theme. States and series use the colour-blind safe set of Okabe and Ito
// ("Color Universal Design", 2008), darkened or lightened until text has a contrast of 4.5 : 1 and graphics 3 : 1
// against their ground (WCAG 2.1, 1.4.3 and 1.4.11).
struct Theme {
    bool dark = false;
    QColor window;  // behind everything
    QColor sidebar; // sidebar, menu, tool and status bar
    QColor card;    // panels
    QColor border;  // around panels, between rows
    QColor grid;    // lines in charts
    QColor text;
    QColor muted;     // second lines, labels of axes
    QColor accent;    // links, selection mark, the primary button
    QColor onAccent;  // text on the accent
    QColor selection; // ground of what is selected
    QColor hover;
    QColor ok;
    QColor okSoft; // bars of a history strip
    QColor degraded;
    QColor failing;
    QColor neutral; // unknown, stale, information
    QColor active;  // series of charts
    QColor idle;
    QColor waiting;
    QColor p50;
    QColor p95;
    QColor p99;
};

const Theme& lightTheme();
const Theme& darkTheme();

// The one that a widget's palette belongs to.
const Theme& themeOf(const QPalette& palette);

QPalette paletteOf(const Theme& theme);
QString styleSheetOf(const Theme& theme);

// For times, JSON and whatever else is read in columns.
QFont monospacedFont();

// Contrast of two opaque colours, 1 to 21, after WCAG 2.1.
double contrast(const QColor& one, const QColor& other);

} // namespace lifeguard
