// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/health_panel.h"

#include "widgets/panels/check_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace lifeguard {

HealthPanel::HealthPanel(QWidget* parent)
    : Card(tr("Health checks"), parent), m_run(new QToolButton(this)), m_none(new QLabel(this))
{
    m_run->setText(tr("Run now"));
    m_run->setProperty("link", true);
    m_run->setCursor(Qt::PointingHandCursor);
    titleRow().addWidget(m_run);
    m_none->setWordWrap(true);
    m_none->setProperty("muted", true);
    m_none->hide();
    body().addWidget(m_none);
    body().addStretch();
    connect(m_run, &QToolButton::clicked, this, &HealthPanel::runRequested);
}

void HealthPanel::setChecks(const std::vector<CheckView>& checks, TimePoint now)
{
    while (m_rows.size() < checks.size()) {
        m_rows.push_back(new CheckRow(this));
        body().insertWidget(body().count() - 1, m_rows.back());
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        m_rows[i]->setVisible(i < checks.size());
        if (i < checks.size())
            m_rows[i]->setCheck(checks[i], now);
    }
    m_none->hide();
    m_run->setEnabled(true);
    m_run->setToolTip({});
}

void HealthPanel::showNone(const QString& why)
{
    for (CheckRow* row : m_rows)
        row->hide();
    m_none->setText(why);
    m_none->show();
    m_run->setEnabled(false);
    m_run->setToolTip(why);
}

} // namespace lifeguard
