// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/card.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace lifeguard {

Card::Card(const QString& title, QWidget* parent) : QFrame(parent), m_titleRow(new QHBoxLayout), m_body(new QVBoxLayout)
{
    setProperty("card", true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(4);
    auto* heading = new QLabel(title, this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    m_titleRow->setSpacing(12);
    m_titleRow->addWidget(heading);
    m_titleRow->addStretch();
    m_body->setSpacing(0);
    layout->addLayout(m_titleRow);
    layout->addLayout(m_body, 1);
    setAccessibleName(title);
}

LegendEntry::LegendEntry(const QString& word, Colour colour, QWidget* parent)
    : QWidget(parent), m_word(word), m_colour(colour)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize LegendEntry::sizeHint() const
{
    return {14 + fontMetrics().horizontalAdvance(m_word) + 2, fontMetrics().height()};
}

void LegendEntry::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_colour(theme));
    painter.drawRoundedRect(QRectF(0, (height() - 9) / 2.0, 9, 9), 2, 2);
    painter.setPen(theme.muted);
    painter.drawText(rect().adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_word);
}

} // namespace lifeguard
