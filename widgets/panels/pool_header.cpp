// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/pool_header.h"

#include "widgets/icons.h"
#include "widgets/words.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace lifeguard {

namespace {

QString sinceWords(const PoolView& view, TimePoint now)
{
    if (view.verdict.health == PoolHealth::Healthy || view.verdict.since == TimePoint{})
        return {};
    return PoolHeader::tr("for %1", "a state has lasted").arg(Words::duration(now - view.verdict.since));
}

const QColor& colourOf(Environment environment, const Theme& theme)
{
    switch (environment) {
    case Environment::Development:
        return theme.muted;
    case Environment::Staging:
        return theme.degraded;
    case Environment::Production:
        return theme.failing;
    }
    return theme.muted;
}

// The frame has the colour, which is bright enough for graphics only; the word keeps the contrast of text.
QString tagStyle(const QColor& frame, const Theme& theme)
{
    return QStringLiteral("color: %1; border: 2px solid %2; border-radius: 4px; padding: 0px 6px; font-weight: 600;")
        .arg(theme.text.name(), frame.name());
}

} // namespace

QString headline(const PoolView& view, TimePoint now)
{
    QStringList parts{Words::verdict(view, now), sinceWords(view, now), text(view.target)};
    if (!view.serverVersion.empty())
        parts << PoolHeader::tr("PostgreSQL %1").arg(text(view.serverVersion));
    if (view.managed) {
        parts << PoolHeader::tr("generation %1").arg(view.managed->generation)
              << PoolHeader::tr("up %1").arg(Words::duration(now - view.managed->openedAt));
    } else if (view.observed) {
        parts << PoolHeader::tr("user %1").arg(text(view.observed->user))
              << PoolHeader::tr("from %1").arg(text(view.observed->clientHost));
    }
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

PoolHeader::PoolHeader(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_name(new QLabel(this))
    , m_line(new QLabel(this))
    , m_environment(new QLabel(Words::of(m_shown), this))
    , m_readOnly(new QLabel(tr("Read-only"), this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(11);
    QFont large = m_name->font();
    large.setPixelSize(19);
    large.setBold(true);
    m_name->setFont(large);
    m_name->setTextFormat(Qt::PlainText);
    m_line->setTextFormat(Qt::PlainText);
    m_line->setProperty("muted", true);
    m_line->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_line->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_readOnly->setToolTip(
        tr("Its profile, one on its server, or the whole console is read-only: there are no actions"));
    m_readOnly->hide();
    layout->addWidget(m_icon);
    layout->addWidget(m_name);
    layout->addWidget(m_environment);
    layout->addWidget(m_readOnly);
    layout->addWidget(m_line, 1);
    showIcon();
}

void PoolHeader::setView(const PoolView& view, TimePoint now)
{
    const QString name = text(view.name);
    const QString line = headline(view, now);
    if (m_name->text() != name)
        m_name->setText(name);
    if (m_line->text() != line) {
        m_line->setText(line);
        m_line->setToolTip(line);
    }
    m_readOnly->setVisible(view.readOnly);
    if (m_health != view.verdict.health || m_shown != view.environment) {
        m_health = view.verdict.health;
        m_shown = view.environment;
        m_environment->setText(Words::of(m_shown));
        showIcon();
    }
    setAccessibleName(
        (view.readOnly ? tr("%1, %2, read-only: %3") : tr("%1, %2: %3")).arg(name, Words::of(view.environment), line));
}

void PoolHeader::showIcon()
{
    const Theme& theme = themeOf(palette());
    m_icon->setPixmap(iconPixmap(iconNameOf(m_health), colourOf(m_health, theme), 18, devicePixelRatioF()));
    m_environment->setStyleSheet(tagStyle(colourOf(m_shown, theme), theme));
    m_readOnly->setStyleSheet(tagStyle(theme.muted, theme));
}

void PoolHeader::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showIcon();
}

} // namespace lifeguard
