// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/alert_rule_model.h"
#include "widgets/panels/card.h"

class QComboBox;
class QDoubleSpinBox;
class QPushButton;
class QSpinBox;
class QTableView;

namespace lifeguard {

// The alert rules: a list, a form for the chosen one, and what adds and removes rules for one pool or tag. What is
// changed counts when it is saved. GUI thread.
class AlertRulePanel : public Card {
    Q_OBJECT

  public:
    explicit AlertRulePanel(QWidget* parent = nullptr);

    void setRules(const std::vector<AlertRule>& rules); // as saved
    void setPools(const QStringList& names);
    const std::vector<AlertRule>& rules() const { return m_model->rules(); }

  Q_SIGNALS:
    void saveRequested(const std::vector<AlertRule>& rules);

  private:
    void makeTable();
    QWidget* makeForm();
    QWidget* makeAddRow();
    void wire();
    void choose();
    void apply();
    void add();
    void remove();
    void refresh();
    int row() const;

    AlertRuleModel* m_model;
    QTableView* m_table;
    QDoubleSpinBox* m_threshold;
    QSpinBox* m_fire;
    QSpinBox* m_clear;
    QSpinBox* m_remind; // minutes
    QComboBox* m_severity;
    QComboBox* m_kind; // of a rule to add
    QComboBox* m_scope;
    QPushButton* m_add;
    QPushButton* m_remove;
    QPushButton* m_save;
    QPushButton* m_discard;
    QPushButton* m_defaults;
    std::vector<AlertRule> m_saved;
    bool m_filling = false; // the form is filled by us, not by a person
};

} // namespace lifeguard
