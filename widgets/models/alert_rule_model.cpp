// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/alert_rule_model.h"

#include "widgets/words.h"

namespace lifeguard {

namespace {

QString remindWords(std::chrono::milliseconds after)
{
    if (after.count() == 0)
        return AlertRuleModel::tr("never");
    const auto whole = std::chrono::floor<std::chrono::minutes>(after);
    return whole == after ? AlertRuleModel::tr("%1 min").arg(whole.count()) : Words::duration(after);
}

} // namespace

void AlertRuleModel::setRules(std::vector<AlertRule> rules)
{
    beginResetModel();
    m_rules = std::move(rules);
    endResetModel();
}

void AlertRuleModel::change(int row, const AlertRule& rule)
{
    AlertRule& shown = m_rules[static_cast<std::size_t>(row)];
    if (shown == rule)
        return;
    shown = rule;
    Q_EMIT dataChanged(index(row, 0), index(row, Columns - 1));
}

int AlertRuleModel::add(const AlertRule& rule)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_rules.push_back(rule);
    endInsertRows();
    return row;
}

void AlertRuleModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_rules.erase(m_rules.begin() + row);
    endRemoveRows();
}

int AlertRuleModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rules.size());
}

int AlertRuleModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant AlertRuleModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == Qt::DisplayRole)
        return words(rule(index.row()), index.column());
    if (role == Qt::CheckStateRole && index.column() == KindColumn)
        return rule(index.row()).enabled ? Qt::Checked : Qt::Unchecked;
    return {};
}

bool AlertRuleModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || index.column() != KindColumn || !checkIndex(index))
        return false;
    AlertRule changed = rule(index.row());
    changed.enabled = value.toInt() == Qt::Checked;
    change(index.row(), changed);
    return true;
}

Qt::ItemFlags AlertRuleModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    return index.column() == KindColumn ? usual | Qt::ItemIsUserCheckable : usual;
}

QString AlertRuleModel::scopeWords(const AlertRule& rule)
{
    if (!rule.pool.empty())
        return text(rule.pool);
    return rule.tag.empty() ? tr("every pool") : tr("tag %1").arg(text(rule.tag));
}

QString AlertRuleModel::words(const AlertRule& rule, int column) const
{
    switch (column) {
    case KindColumn:
        return Words::of(rule.kind);
    case ScopeColumn:
        return scopeWords(rule);
    case ThresholdColumn:
        return tr("from %1", "threshold").arg(text(valueText(rule.kind, rule.threshold)));
    case FireColumn:
        return tr("%n sample(s)", nullptr, rule.fireAfter);
    case ClearColumn:
        return tr("%n sample(s)", nullptr, rule.clearAfter);
    case RemindColumn:
        return remindWords(rule.remindAfter);
    case SeverityColumn:
        return Words::of(rule.severity);
    default:
        return {};
    }
}

QVariant AlertRuleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case KindColumn:
        return tr("Alert");
    case ScopeColumn:
        return tr("For");
    case ThresholdColumn:
        return tr("Bad");
    case FireColumn:
        return tr("Fires after");
    case ClearColumn:
        return tr("Clears after");
    case RemindColumn:
        return tr("Reminds after");
    case SeverityColumn:
        return tr("Severity");
    default:
        return {};
    }
}

} // namespace lifeguard
