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
    , m_production(new QLabel(tr("PRODUCTION"), this))
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
    m_production->hide();
    layout->addWidget(m_icon);
    layout->addWidget(m_name);
    layout->addWidget(m_production);
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
    m_production->setVisible(view.production);
    if (m_health != view.verdict.health) {
        m_health = view.verdict.health;
        showIcon();
    }
    setAccessibleName(tr("%1: %2").arg(name, line));
}

void PoolHeader::showIcon()
{
    const Theme& theme = themeOf(palette());
    m_icon->setPixmap(iconPixmap(iconNameOf(m_health), colourOf(m_health, theme), 18, devicePixelRatioF()));
    m_production->setStyleSheet(QStringLiteral("color: %1; border: 1px solid %1; border-radius: 4px; padding: 1px 6px;"
                                               "font-weight: 600;")
                                    .arg(theme.failing.name()));
}

void PoolHeader::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showIcon();
}

} // namespace lifeguard
