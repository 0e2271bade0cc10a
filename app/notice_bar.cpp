// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/notice_bar.h"

#include "widgets/icons.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace lifeguard {

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent), m_icon(new QLabel(this)), m_text(new QLabel(this))
{
    setProperty("card", true);
    auto* copy = new QToolButton(this);
    copy->setText(tr("Copy"));
    copy->setToolTip(tr("Copy these words"));
    copy->setProperty("link", true);
    auto* close = new QToolButton(this);
    close->setText(tr("Dismiss"));
    close->setProperty("link", true);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(11, 6, 8, 6);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(copy, 0, Qt::AlignTop);
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->text()); });
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void NoticeBar::show(Tone tone, const QString& text)
{
    m_tone = tone;
    m_text->setText(text);
    setAccessibleName(text);
    colour();
    setVisible(true);
}

QString NoticeBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void NoticeBar::colour()
{
    const Severity severity = m_tone == Tone::Bad    ? Severity::Critical
                              : m_tone == Tone::Good ? Severity::Ok
                                                     : Severity::Info;
    m_icon->setPixmap(
        iconPixmap(iconNameOf(severity), colourOf(severity, themeOf(palette())), 15, devicePixelRatioF()));
}

void NoticeBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

} // namespace lifeguard
