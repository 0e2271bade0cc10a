// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/alert_rule_panel.h"

#include "widgets/words.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

#include <algorithm>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr int kRowHeight = 27;
constexpr int kMostSamples = 100'000;     // as validate() has it
constexpr double kMostMillis = 3'600'000; // an hour of anything is beyond an alert
constexpr int kMostMinutes = 7 * 24 * 60;

QPushButton* makeButton(const QString& text, QWidget* parent)
{
    auto* button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    return button;
}

// A field under its name; the name is the field's for a screen reader, too.
void addField(QLayout& row, const QString& name, QWidget* field)
{
    auto* box = new QVBoxLayout;
    box->setSpacing(2);
    auto* label = new QLabel(name, field->parentWidget());
    label->setProperty("muted", true);
    label->setBuddy(field);
    field->setAccessibleName(name);
    box->addWidget(label);
    box->addWidget(field);
    static_cast<QBoxLayout&>(row).addLayout(box);
}

QSpinBox* makeCount(int most, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setRange(1, most);
    return box;
}

bool isDefault(const AlertRule& rule)
{
    return rule.pool.empty() && rule.tag.empty();
}

} // namespace

AlertRulePanel::AlertRulePanel(QWidget* parent)
    : Card(tr("Rules"), parent)
    , m_model(new AlertRuleModel(this))
    , m_table(new QTableView(this))
    , m_threshold(new QDoubleSpinBox(this))
    , m_fire(makeCount(kMostSamples, this))
    , m_clear(makeCount(kMostSamples, this))
    , m_remind(new QSpinBox(this))
    , m_severity(new QComboBox(this))
    , m_kind(new QComboBox(this))
    , m_scope(new QComboBox(this))
    , m_add(makeButton(tr("Add rule"), this))
    , m_remove(makeButton(tr("Remove rule"), this))
    , m_save(makeButton(tr("Save"), this))
    , m_discard(makeButton(tr("Discard changes"), this))
    , m_defaults(makeButton(tr("Defaults"), this))
{
    makeTable();
    body().setSpacing(8);
    body().addWidget(m_table, 1);
    body().addWidget(makeForm());
    body().addWidget(makeAddRow());
    setPools({});
    wire();
    refresh();
}

void AlertRulePanel::makeTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Alert rules"));
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setSectionResizeMode(QHeaderView::Stretch);
    header->setSectionResizeMode(AlertRuleModel::KindColumn, QHeaderView::Interactive);
    m_table->setColumnWidth(AlertRuleModel::KindColumn, 190);
    m_table->setMinimumHeight(kRowHeight * 5);
}

QWidget* AlertRulePanel::makeForm()
{
    auto* form = new QWidget(this);
    auto* row = new QHBoxLayout(form);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    m_threshold->setDecimals(0);
    m_remind->setRange(0, kMostMinutes);
    m_remind->setSuffix(tr(" min"));
    m_remind->setSpecialValueText(tr("never"));
    for (const Severity severity : {Severity::Warning, Severity::Critical})
        m_severity->addItem(Words::of(severity), static_cast<int>(severity));
    m_fire->setToolTip(tr("Bad samples in a row. Four a second; of what the server is asked one a second; of health "
                          "checks one in five seconds"));
    m_clear->setToolTip(tr("Good samples in a row"));
    addField(*row, tr("Bad from"), m_threshold);
    addField(*row, tr("Fires after (samples)"), m_fire);
    addField(*row, tr("Clears after (samples)"), m_clear);
    addField(*row, tr("Reminds after"), m_remind);
    addField(*row, tr("Severity"), m_severity);
    row->addStretch(1);
    row->addWidget(m_remove, 0, Qt::AlignBottom);
    return form;
}

QWidget* AlertRulePanel::makeAddRow()
{
    auto* line = new QWidget(this);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    for (std::size_t i = 0; i < kAlertKinds; ++i)
        m_kind->addItem(Words::of(static_cast<AlertKind>(i)), static_cast<int>(i));
    m_kind->setAccessibleName(tr("Alert of the new rule"));
    m_scope->setAccessibleName(tr("For which pools the new rule is"));
    m_scope->setMinimumWidth(150);
    row->addWidget(m_kind);
    row->addWidget(m_scope);
    row->addWidget(m_add);
    row->addStretch(1);
    row->addWidget(m_defaults);
    row->addWidget(m_discard);
    row->addWidget(m_save);
    m_save->setProperty("primary", true);
    return line;
}

void AlertRulePanel::wire()
{
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &AlertRulePanel::choose);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &AlertRulePanel::refresh);
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &AlertRulePanel::apply);
    for (QSpinBox* box : {m_fire, m_clear, m_remind})
        connect(box, &QSpinBox::valueChanged, this, &AlertRulePanel::apply);
    connect(m_severity, &QComboBox::currentIndexChanged, this, &AlertRulePanel::apply);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AlertRulePanel::refresh);
    connect(m_scope, &QComboBox::currentIndexChanged, this, &AlertRulePanel::refresh);
    connect(m_add, &QPushButton::clicked, this, &AlertRulePanel::add);
    connect(m_remove, &QPushButton::clicked, this, &AlertRulePanel::remove);
    connect(m_save, &QPushButton::clicked, this, [this] { Q_EMIT saveRequested(rules()); });
    connect(m_discard, &QPushButton::clicked, this, [this] { setRules(std::vector<AlertRule>(m_saved)); });
    connect(m_defaults, &QPushButton::clicked, this, [this] {
        m_model->setRules(defaultAlertRules());
        m_table->selectRow(0);
        refresh();
    });
}

void AlertRulePanel::setRules(const std::vector<AlertRule>& rules)
{
    const int chosen = row();
    m_saved = rules;
    m_model->setRules(rules);
    m_table->selectRow(std::clamp(chosen, 0, std::max(0, m_model->rowCount() - 1)));
    choose();
}

void AlertRulePanel::setPools(const QStringList& names)
{
    const QString before = m_scope->currentText();
    m_scope->clear();
    for (const QString& tag : {QStringLiteral("production"), QStringLiteral("staging"), QStringLiteral("development"),
                               QStringLiteral("managed"), QStringLiteral("observed")})
        m_scope->addItem(tr("tag %1").arg(tag), QStringList{QString(), tag});
    QStringList unique = names;
    unique.removeDuplicates();
    for (const QString& name : unique)
        m_scope->addItem(name, QStringList{name, QString()});
    m_scope->setCurrentIndex(std::max(0, m_scope->findText(before)));
    refresh();
}

int AlertRulePanel::row() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.first().row();
}

void AlertRulePanel::choose()
{
    if (const int chosen = row(); chosen >= 0) {
        const AlertRule& rule = m_model->rule(chosen);
        const AlertUnit unit = unitOf(rule.kind);
        m_filling = true;
        m_threshold->setRange(1, unit == AlertUnit::Percent ? 100 : unit == AlertUnit::Count ? 1'000 : kMostMillis);
        m_threshold->setSuffix(unit == AlertUnit::Milliseconds ? tr(" ms")
                               : unit == AlertUnit::Percent    ? tr(" %")
                                                               : QString());
        m_threshold->setSingleStep(unit == AlertUnit::Milliseconds ? 100 : 1);
        m_threshold->setValue(rule.threshold);
        m_fire->setValue(rule.fireAfter);
        m_clear->setValue(rule.clearAfter);
        m_remind->setValue(static_cast<int>(std::chrono::ceil<minutes>(rule.remindAfter).count()));
        m_severity->setCurrentIndex(m_severity->findData(static_cast<int>(rule.severity)));
        m_filling = false;
    }
    refresh();
}

// Only what was touched: a file may hold finer values than the form shows.
void AlertRulePanel::apply()
{
    const int chosen = row();
    if (m_filling || chosen < 0)
        return;
    AlertRule rule = m_model->rule(chosen);
    if (sender() == m_threshold)
        rule.threshold = m_threshold->value();
    else if (sender() == m_remind)
        rule.remindAfter = minutes{m_remind->value()};
    rule.fireAfter = m_fire->value();
    rule.clearAfter = m_clear->value();
    rule.severity = static_cast<Severity>(m_severity->currentData().toInt());
    m_model->change(chosen, rule);
}

void AlertRulePanel::add()
{
    AlertRule rule = defaultAlertRules()[static_cast<std::size_t>(m_kind->currentData().toInt())];
    const QStringList scope = m_scope->currentData().toStringList();
    rule.pool = scope.value(0).toStdString();
    rule.tag = scope.value(1).toStdString();
    m_table->selectRow(m_model->add(rule));
    m_threshold->setFocus();
    refresh();
}

void AlertRulePanel::remove()
{
    const int chosen = row();
    if (chosen < 0 || isDefault(m_model->rule(chosen)))
        return;
    m_model->remove(chosen);
    m_table->selectRow(std::min(chosen, m_model->rowCount() - 1));
    refresh();
}

void AlertRulePanel::refresh()
{
    const int chosen = row();
    const auto allow = [](QPushButton* button, const QString& whyNot, const QString& what = {}) {
        button->setEnabled(whyNot.isEmpty());
        button->setToolTip(whyNot.isEmpty() ? what : whyNot);
    };
    for (QWidget* field : std::initializer_list<QWidget*>{m_threshold, m_fire, m_clear, m_remind, m_severity})
        field->setEnabled(chosen >= 0);
    allow(m_remove, chosen < 0 ? tr("Choose a rule first")
                    : isDefault(m_model->rule(chosen))
                        ? tr("The rule for every pool stays; take its mark away to switch it off")
                        : QString());
    const QStringList scope = m_scope->currentData().toStringList();
    const bool there = std::any_of(rules().begin(), rules().end(), [&](const AlertRule& rule) {
        return static_cast<int>(rule.kind) == m_kind->currentData().toInt() && text(rule.pool) == scope.value(0)
               && text(rule.tag) == scope.value(1);
    });
    allow(m_add, there ? tr("There is such a rule already") : QString(),
          tr("A rule of its own for this pool or tag; the nearest rule counts"));
    const QString same = rules() == m_saved ? tr("Nothing has been changed") : QString();
    allow(m_save, same, tr("Use these rules from now on and write them to the file"));
    allow(m_discard, same);
    allow(m_defaults, rules() == defaultAlertRules() ? tr("These are the defaults") : QString(),
          tr("Go back to the rules that Lifeguard comes with"));
}

} // namespace lifeguard
