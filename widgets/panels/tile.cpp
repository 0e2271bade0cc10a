// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/tile.h"

#include "widgets/theme/theme.h"

#include <QEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace lifeguard {

namespace {

QLabel* makeLabel(QWidget* parent, int pixels, bool bold)
{
    auto* label = new QLabel(parent);
    QFont font = label->font();
    font.setPixelSize(pixels);
    font.setBold(bold);
    label->setFont(font);
    label->setTextFormat(Qt::PlainText);
    label->setMinimumWidth(0);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

void setText(QLabel& label, const QString& text)
{
    if (label.text() != text)
        label.setText(text);
}

} // namespace

Tile::Tile(QWidget* parent)
    : QFrame(parent)
    , m_name(makeLabel(this, 12, false))
    , m_value(makeLabel(this, 22, true))
    , m_note(makeLabel(this, 11, false))
{
    setProperty("card", true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(11, 8, 8, 8);
    layout->setSpacing(0);
    for (QLabel* label : {m_name, m_value, m_note})
        layout->addWidget(label);
    m_name->setProperty("muted", true);
    m_note->setProperty("muted", true);
    setMinimumWidth(92);
}

void Tile::set(const QString& name, const QString& value, const QString& note, Tone tone)
{
    setText(*m_name, name);
    setText(*m_value, value);
    setText(*m_note, note);
    if (m_note->toolTip() != note)
        m_note->setToolTip(note);
    setAccessibleName(tr("%1: %2, %3", "tile: name, value, note").arg(name, value, note));
    if (tone != m_tone) {
        m_tone = tone;
        colour();
    }
}

void Tile::colour()
{
    const Theme& theme = themeOf(palette());
    const QColor colours[] = {theme.text, theme.accent, theme.degraded, theme.failing, theme.muted};
    m_value->setStyleSheet(QStringLiteral("color: %1").arg(colours[static_cast<int>(m_tone)].name()));
}

void Tile::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

} // namespace lifeguard
