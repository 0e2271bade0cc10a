// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace lifeguard {

namespace {

QColor rgb(unsigned value)
{
    return QColor::fromRgb(value);
}

Theme makeLight()
{
    Theme theme;
    theme.window = rgb(0xf3f4f6);
    theme.sidebar = rgb(0xf7f9fb);
    theme.card = rgb(0xffffff);
    theme.border = rgb(0xd5dae1);
    theme.grid = rgb(0xe5e8ec);
    theme.text = rgb(0x1b1f26);
    theme.muted = rgb(0x5a6370);
    theme.accent = rgb(0x0072b2);
    theme.onAccent = rgb(0xffffff);
    theme.selection = rgb(0xe1effa);
    theme.hover = rgb(0xebf1f6);
    theme.ok = rgb(0x00805a);
    theme.okSoft = rgb(0x4aa789);
    theme.degraded = rgb(0xb36b00);
    theme.failing = rgb(0xc23b1a);
    theme.neutral = rgb(0x6b7483);
    theme.active = rgb(0x0b77b8);
    theme.idle = rgb(0xaed2e8);
    theme.waiting = rgb(0xcc7a00);
    theme.p50 = rgb(0x6b7483);
    theme.p95 = rgb(0x0b77b8);
    theme.p99 = rgb(0xcc7a00);
    return theme;
}

Theme makeDark()
{
    Theme theme;
    theme.dark = true;
    theme.window = rgb(0x1c2026);
    theme.sidebar = rgb(0x20252c);
    theme.card = rgb(0x262b33);
    theme.border = rgb(0x3b434e);
    theme.grid = rgb(0x353c46);
    theme.text = rgb(0xe9ecf0);
    theme.muted = rgb(0xa3adba);
    theme.accent = rgb(0x56b4e9);
    theme.onAccent = rgb(0x10161d);
    theme.selection = rgb(0x2c4256);
    theme.hover = rgb(0x2d343d);
    theme.ok = rgb(0x2fc295);
    theme.okSoft = rgb(0x2b8f72);
    theme.degraded = rgb(0xf0a830);
    theme.failing = rgb(0xf2785c);
    theme.neutral = rgb(0x98a3b1);
    theme.active = rgb(0x3f9fd8);
    theme.idle = rgb(0x33566e);
    theme.waiting = rgb(0xf0a830);
    theme.p50 = rgb(0x98a3b1);
    theme.p95 = rgb(0x56b4e9);
    theme.p99 = rgb(0xf0a830);
    return theme;
}

double luminance(const QColor& colour)
{
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

} // namespace

const Theme& lightTheme()
{
    static const Theme kTheme = makeLight();
    return kTheme;
}

const Theme& darkTheme()
{
    static const Theme kTheme = makeDark();
    return kTheme;
}

const Theme& themeOf(const QPalette& palette)
{
    // By the text: a style sheet may make a widget's ground transparent, which reads as black.
    return palette.color(QPalette::Active, QPalette::WindowText).lightness() < 128 ? lightTheme() : darkTheme();
}

QPalette paletteOf(const Theme& theme)
{
    QPalette palette;
    palette.setColor(QPalette::Window, theme.window);
    palette.setColor(QPalette::WindowText, theme.text);
    palette.setColor(QPalette::Base, theme.card);
    palette.setColor(QPalette::AlternateBase, theme.hover);
    palette.setColor(QPalette::Text, theme.text);
    palette.setColor(QPalette::Button, theme.card);
    palette.setColor(QPalette::ButtonText, theme.text);
    palette.setColor(QPalette::BrightText, theme.failing);
    palette.setColor(QPalette::ToolTipBase, theme.card);
    palette.setColor(QPalette::ToolTipText, theme.text);
    palette.setColor(QPalette::PlaceholderText, theme.muted);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::Highlight, theme.accent);
    palette.setColor(QPalette::HighlightedText, theme.onAccent);
    palette.setColor(QPalette::Light, theme.card);
    palette.setColor(QPalette::Midlight, theme.hover);
    palette.setColor(QPalette::Mid, theme.border);
    palette.setColor(QPalette::Dark, theme.border);
    palette.setColor(QPalette::Shadow, theme.border);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, theme.dark ? theme.muted.darker(130) : theme.muted.lighter(140));
    return palette;
}

QString styleSheetOf(const Theme& theme)
{
    QString sheet = QStringLiteral(R"(
QToolTip { color: @text; background: @card; border: 1px solid @border; padding: 4px; }
QMenuBar, QToolBar, QStatusBar { background: @sidebar; border: none; }
QMenuBar { padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @selection; }
QToolBar { border-bottom: 1px solid @border; padding: 5px 10px; spacing: 8px; }
QStatusBar { border-top: 1px solid @border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @muted; padding: 1px 6px; }
QFrame[card="true"] { background: @card; border: 1px solid @border; border-radius: 6px; }
QFrame[card="true"] QLabel { border: none; background: transparent; }
QWidget[sidebar="true"] { background: @sidebar; }
QLabel[muted="true"] { color: @muted; }
QLabel[problem="true"] { color: @failing; }
QPushButton, QToolButton[button="true"] { background: @card; border: 1px solid @border; border-radius: 5px; padding: 5px 9px; }
QPushButton:hover, QToolButton[button="true"]:hover { background: @hover; }
QPushButton:pressed, QToolButton[button="true"]:pressed { background: @selection; }
QPushButton:focus, QToolButton[button="true"]:focus { border-color: @accent; }
QToolButton[button="true"]::menu-indicator { image: none; width: 0; }
QPushButton:disabled, QToolButton[button="true"]:disabled { color: @neutral; background: @window; }
QToolButton[primary="true"], QPushButton[primary="true"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QToolButton[primary="true"]:hover, QPushButton[primary="true"]:hover { background: @active; }
QToolButton[primary="true"]:disabled, QPushButton[primary="true"]:disabled { background: @hover; color: @neutral; border-color: @border; }
QToolButton[segment="true"] { background: @card; border: 1px solid @border; border-right: none; border-radius: 0; padding: 5px 11px; }
QToolButton[segment="true"][last="true"] { border-right: 1px solid @border; border-top-right-radius: 5px; border-bottom-right-radius: 5px; }
QToolButton[segment="true"][first="true"] { border-top-left-radius: 5px; border-bottom-left-radius: 5px; }
QToolButton[segment="true"]:checked { background: @selection; font-weight: 600; }
QToolButton[segment="true"]:hover:!checked { background: @hover; }
QToolButton[segment="true"]:focus { border-color: @accent; }
QToolButton[chip="true"] { background: @card; border: 1px solid @border; border-radius: 10px; padding: 2px 8px; }
QToolButton[chip="true"]:checked { background: @selection; border-color: @accent; }
QToolButton[chip="true"]:hover:!checked { background: @hover; }
QToolButton[chip="true"]:focus { border-color: @accent; }
QToolButton[link="true"] { background: transparent; border: none; color: @accent; padding: 2px 4px; }
QToolButton[link="true"]:hover, QToolButton[link="true"]:focus { text-decoration: underline; }
QToolButton[link="true"]:disabled { color: @neutral; }
QLineEdit, QSpinBox, QDoubleSpinBox, QDateTimeEdit, QComboBox, QPlainTextEdit { background: @card; border: 1px solid @border; border-radius: 5px; padding: 4px 7px; selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateTimeEdit:focus, QComboBox:focus, QPlainTextEdit:focus { border-color: @accent; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: 20px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url(:/lifeguard/icons/drop-down.svg); width: 10px; height: 10px; }
QFrame[pane="true"] { border: none; border-left: 1px solid @border; }
QTableView, QListView, QTreeView { background: @card; border: none; outline: none; gridline-color: @border; }
QTableView::item { border-bottom: 1px solid @grid; padding: 0 6px; }
QTableView::item:selected { background: @selection; color: @text; }
QHeaderView::section { background: @card; color: @muted; border: none; border-bottom: 1px solid @border; padding: 3px 6px; }
QSplitter::handle { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: @border; border-radius: 4px; min-height: 28px; margin: 1px; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
)");
    const std::pair<QLatin1String, QColor> values[] = {
        {QLatin1String("@window"), theme.window},     {QLatin1String("@sidebar"), theme.sidebar},
        {QLatin1String("@card"), theme.card},         {QLatin1String("@border"), theme.border},
        {QLatin1String("@grid"), theme.grid},         {QLatin1String("@text"), theme.text},
        {QLatin1String("@muted"), theme.muted},       {QLatin1String("@accent"), theme.accent},
        {QLatin1String("@onAccent"), theme.onAccent}, {QLatin1String("@selection"), theme.selection},
        {QLatin1String("@hover"), theme.hover},       {QLatin1String("@neutral"), theme.neutral},
        {QLatin1String("@active"), theme.active},     {QLatin1String("@failing"), theme.failing},
    };
    for (const auto& [name, colour] : values)
        sheet.replace(name, colour.name());
    return sheet;
}

QFont monospacedFont()
{
    QFont font(
        QStringList{QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")});
    font.setPixelSize(12);
    return font;
}

double contrast(const QColor& one, const QColor& other)
{
    const double brighter = std::max(luminance(one), luminance(other));
    const double darker = std::min(luminance(one), luminance(other));
    return (brighter + 0.05) / (darker + 0.05);
}

} // namespace lifeguard
