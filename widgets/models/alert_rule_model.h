// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert_rule.h"

#include <QAbstractTableModel>

#include <vector>

namespace lifeguard {

// The alert rules as a table; a check mark switches one on or off. GUI thread.
class AlertRuleModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column {
        KindColumn,
        ScopeColumn,
        ThresholdColumn,
        FireColumn,
        ClearColumn,
        RemindColumn,
        SeverityColumn,
        Columns
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setRules(std::vector<AlertRule> rules);
    const std::vector<AlertRule>& rules() const { return m_rules; }
    const AlertRule& rule(int row) const { return m_rules[static_cast<std::size_t>(row)]; }
    void change(int row, const AlertRule& rule);
    int add(const AlertRule& rule); // at the end; its row
    void remove(int row);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static QString scopeWords(const AlertRule& rule); // "every pool", "tag production", "orders"

  private:
    QString words(const AlertRule& rule, int column) const;

    std::vector<AlertRule> m_rules;
};

} // namespace lifeguard
