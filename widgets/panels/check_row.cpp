// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/check_row.h"

#include "widgets/icons.h"
#include "widgets/words.h"

#include <QPainter>

namespace lifeguard {

namespace {

constexpr int kHeight = 42;
constexpr int kBarStep = 4;
constexpr int kStripWidth = static_cast<int>(kCheckHistory) * kBarStep;
constexpr int kTextLeft = 24;
constexpr int kShortestText = 150; // the strip shows fewer bars before the words get less

int barHeight(HealthStatus status)
{
    switch (status) {
    case HealthStatus::Ok:
        return 10;
    case HealthStatus::Degraded:
        return 14;
    case HealthStatus::Failing:
        return 18;
    case HealthStatus::Unknown:
        break;
    }
    return 3;
}

} // namespace

CheckRow::CheckRow(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize CheckRow::sizeHint() const
{
    return {kTextLeft + 130 + kStripWidth, kHeight};
}

QSize CheckRow::minimumSizeHint() const
{
    return {kTextLeft + 120, kHeight};
}

void CheckRow::setCheck(const CheckView& check, TimePoint now)
{
    const QString words = !check.stale                     ? text(check.newest.text)
                          : check.newest.at == TimePoint{} ? tr("No answer yet")
                                                           : Words::stale(now - check.newest.at);
    const QString name = Words::of(check.kind);
    if (name == m_name && words == m_text && check.verdict == m_verdict && check.stale == m_stale
        && check.history == m_history)
        return;
    m_name = name;
    m_text = words;
    m_verdict = check.verdict;
    m_stale = check.stale;
    m_history = check.history;
    setToolTip(tr("%1: %2\n%3", "check, verdict, answer").arg(m_name, Words::of(m_verdict), m_text));
    setAccessibleName(tr("%1, %2, %3", "check, verdict, answer")
                          .arg(m_name, m_stale ? Words::of(PoolHealth::Stale) : Words::of(m_verdict), m_text));
    update();
}

void CheckRow::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(palette());
    QPainter painter(this);
    painter.drawPixmap(0, 7,
                       iconPixmap(iconNameOf(m_verdict, m_stale), m_stale ? theme.neutral : colourOf(m_verdict, theme),
                                  14, devicePixelRatioF()));
    const int bars = static_cast<int>(m_history.size());
    const int stripLeft = std::max(width() - bars * kBarStep, kTextLeft + kShortestText);
    const int textWidth = stripLeft - 10 - kTextLeft;
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(theme.text);
    painter.drawText(QRect(kTextLeft, 4, textWidth, 17), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(bold).elidedText(m_name, Qt::ElideRight, textWidth));
    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    painter.setPen(theme.muted);
    painter.drawText(QRect(kTextLeft, 21, textWidth, 15), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(small).elidedText(m_text, Qt::ElideRight, textWidth));
    for (int i = 0; i < bars; ++i) { // the newest stands at the right
        const HealthStatus status = m_history[static_cast<std::size_t>(i)];
        const int x = width() - (bars - i) * kBarStep;
        if (x < stripLeft)
            continue;
        const int high = barHeight(status);
        painter.fillRect(QRect(x, 28 - high, 3, high),
                         status == HealthStatus::Ok ? theme.okSoft : colourOf(status, theme));
    }
    painter.setPen(theme.grid);
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

} // namespace lifeguard
