// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/incident.h"

#include <QDialog>

#include <vector>

class QLabel;

namespace lifeguard {

class AlertRulePanel;
class IncidentPanel;

// What is wrong now by the alert rules, and the rules. It blocks nothing. GUI thread.
class AlertDialog : public QDialog {
    Q_OBJECT

  public:
    explicit AlertDialog(QWidget* parent = nullptr);

    void setIncidents(const std::vector<Incident>& incidents);
    void setMutes(const std::vector<AlertMute>& mutes);
    void setRules(const std::vector<AlertRule>& rules); // as saved; a problem is over
    void setPools(const QStringList& names);
    void showProblem(const QString& sentence);

  Q_SIGNALS:
    void openRequested(const Incident& incident);
    void acknowledgeRequested(quint64 incident);
    void muteRequested(const AlertMute& mute, std::chrono::seconds time); // 0: told again
    void saveRequested(const std::vector<AlertRule>& rules);

  private:
    IncidentPanel* m_incidents;
    AlertRulePanel* m_rules;
    QLabel* m_problem;
};

} // namespace lifeguard
