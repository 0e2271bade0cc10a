// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/alert_dialog.h"

#include "widgets/panels/alert_rule_panel.h"
#include "widgets/panels/incident_panel.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace lifeguard {

AlertDialog::AlertDialog(QWidget* parent)
    : QDialog(parent)
    , m_incidents(new IncidentPanel(this))
    , m_rules(new AlertRulePanel(this))
    , m_problem(new QLabel(this))
{
    setWindowTitle(tr("Alerts"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_problem->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* close = buttons->button(QDialogButtonBox::Close);
    close->setAutoDefault(false);
    close->setIcon({}); // the style's own is black on dark
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(m_incidents, 2);
    layout->addWidget(m_rules, 3);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_incidents, &IncidentPanel::openRequested, this, &AlertDialog::openRequested);
    connect(m_incidents, &IncidentPanel::acknowledgeRequested, this, &AlertDialog::acknowledgeRequested);
    connect(m_incidents, &IncidentPanel::muteRequested, this, &AlertDialog::muteRequested);
    connect(m_rules, &AlertRulePanel::saveRequested, this, &AlertDialog::saveRequested);
    resize(980, 680);
}

void AlertDialog::setIncidents(const std::vector<Incident>& incidents)
{
    m_incidents->setIncidents(incidents);
}

void AlertDialog::setMutes(const std::vector<AlertMute>& mutes)
{
    m_incidents->setMutes(mutes);
}

void AlertDialog::setRules(const std::vector<AlertRule>& rules)
{
    m_problem->hide();
    m_rules->setRules(rules);
}

void AlertDialog::setPools(const QStringList& names)
{
    m_rules->setPools(names);
}

void AlertDialog::showProblem(const QString& sentence)
{
    m_problem->setText(sentence);
    m_problem->show();
}

} // namespace lifeguard
