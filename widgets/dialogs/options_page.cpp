// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/options_page.h"

#include "widgets/dialogs/duration_box.h"
#include "widgets/words.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFontMetrics>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lifeguard {

namespace {

constexpr int kLargestCount = 10'000; // the largest pool

QLabel* makeWords(QWidget* parent, const char* role)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setProperty(role, true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy tight(QSizePolicy::Preferred, QSizePolicy::Fixed);
    tight.setHeightForWidth(true);
    label->setSizePolicy(tight);
    return label;
}

// The wheel scrolls the page; it must not change a number on its way.
class WheelGuard : public QObject {
  public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::Wheel)
            return QObject::eventFilter(watched, event);
        event->ignore();
        return true;
    }
};

// Statements may have several lines: what stands between blank lines is one.
QString joined(const std::vector<std::string>& statements)
{
    QStringList parts;
    for (const std::string& statement : statements)
        parts << text(statement);
    return parts.join(QStringLiteral("\n\n"));
}

std::vector<std::string> split(const QString& statements)
{
    static const QRegularExpression kBlankLines(QStringLiteral("\\n[ \\t]*(\\n[ \\t]*)+"));
    std::vector<std::string> parts;
    for (const QString& part : statements.split(kBlankLines, Qt::SkipEmptyParts))
        if (!part.trimmed().isEmpty())
            parts.push_back(part.trimmed().toStdString());
    return parts;
}

QFormLayout* makeForm(QWidget* parent)
{
    auto* form = new QFormLayout(parent);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    return form;
}

} // namespace

OptionsPage::OptionsPage(QWidget* parent)
    : QWidget(parent)
    , m_preset(new QComboBox(this))
    , m_explanation(makeWords(this, "muted"))
    , m_reset(new QComboBox(this))
    , m_needsWritable(new QCheckBox(tr("must be writable"), this))
    , m_setUp(new QPlainTextEdit(this))
{
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins({});
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget(scroll);
    auto* column = new QVBoxLayout(content);
    auto* top = makeForm(nullptr);
    column->addLayout(top);
    addPreset(*top);
    column->addWidget(m_explanation);
    for (const OptionGroup group : {OptionGroup::Size, OptionGroup::Callers, OptionGroup::Connections,
                                    OptionGroup::Session, OptionGroup::Sleep, OptionGroup::Faults})
        addGroup(*column, group);
    column->addStretch();
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false); // on the tab's ground
    content->setAutoFillBackground(false);
    scroll->setMinimumWidth(content->minimumSizeHint().width() + scroll->verticalScrollBar()->sizeHint().width());
    whole->addWidget(scroll);
    set(Preset::Default, {});
}

void OptionsPage::addPreset(QFormLayout& form)
{
    for (const Preset preset : {Preset::Default, Preset::Serverless, Preset::HighConcurrency})
        m_preset->addItem(text(std::string(nameOf(preset))), static_cast<int>(preset));
    m_preset->setToolTip(tr("Choosing one sets every option below to what it says"));
    form.addRow(tr("P&reset"), m_preset);
    m_preset->installEventFilter(new WheelGuard(m_preset));
    connect(m_preset, &QComboBox::activated, this, &OptionsPage::takePreset);
}

void OptionsPage::addGroup(QLayout& column, OptionGroup group)
{
    auto* box = new QGroupBox(OptionWords::of(group), this);
    QFormLayout* form = makeForm(box);
    for (const OptionField& field : OptionWords::fields())
        if (field.group == group)
            addNumber(*form, field);
    if (group == OptionGroup::Session)
        addSessionRows(*form);
    column.addWidget(box);
}

void OptionsPage::addNumber(QFormLayout& form, const OptionField& field)
{
    QSpinBox* box = field.unit == OptionUnit::Millis ? new DurationBox(this) : new QSpinBox(this);
    if (field.unit == OptionUnit::Count)
        box->setRange(0, kLargestCount);
    if (field.unit == OptionUnit::Percent) {
        box->setRange(0, 100);
        box->setSuffix(tr(" %"));
    }
    if (!field.zero.isEmpty())
        box->setSpecialValueText(field.zero);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons); // the arrow keys do it, and times are typed with their unit
    box->setToolTip(OptionWords::toolTip(field));
    addRow(form, field.name, field.label, box);
    connect(box, &QSpinBox::valueChanged, this, &OptionsPage::tell);
    m_numbers.push_back({field, box});
}

void OptionsPage::addSessionRows(QFormLayout& form)
{
    for (const ResetOnRelease reset : {ResetOnRelease::None, ResetOnRelease::Rollback, ResetOnRelease::DiscardAll})
        m_reset->addItem(OptionWords::of(reset), static_cast<int>(reset));
    m_reset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // else it sets the page's width
    m_reset->setToolTip(OptionWords::toolTip(tr("What is done with a connection when it comes back."),
                                             OptionWords::of(ResetOnRelease::Rollback),
                                             tr("It costs nothing where no transaction was left open.")));
    m_needsWritable->setToolTip(OptionWords::toolTip(
        tr("Another server is looked for when this one turns read-only, as after a failover."), tr("off"),
        tr("A pool may be meant for a standby. It is on anyway when the connection string says "
           "target_session_attrs=read-write or =primary.")));
    m_setUp->setPlaceholderText(tr("SET search_path TO shop"));
    m_setUp->setToolTip(OptionWords::toolTip(
        tr("SQL that each connection runs once after its login. A blank line separates statements."), tr("none"),
        tr("A connection whose set-up fails isn't used.")));
    m_setUp->setTabChangesFocus(true);
    m_setUp->setFixedHeight(QFontMetrics(m_setUp->font()).lineSpacing() * 4 + 16);
    addRow(form, "resetOnRelease", tr("On release"), m_reset);
    addRow(form, "needsWritable", tr("Server"), m_needsWritable);
    addRow(form, "sessionSetUp", tr("Set-up SQL"), m_setUp);
    connect(m_reset, &QComboBox::activated, this, &OptionsPage::tell);
    connect(m_needsWritable, &QCheckBox::toggled, this, &OptionsPage::tell);
    connect(m_setUp, &QPlainTextEdit::textChanged, this, &OptionsPage::tell);
}

void OptionsPage::addRow(QFormLayout& form, const std::string& name, const QString& label, QWidget* field)
{
    field->setObjectName(text(name));
    auto* words = new QLabel(label, this);
    words->setBuddy(field);
    words->setToolTip(field->toolTip());
    words->setMinimumWidth(fontMetrics().averageCharWidth() * 19); // the groups' fields stand in one column
    field->installEventFilter(new WheelGuard(field));
    form.addRow(words, field);
    QLabel* problem = makeWords(this, "problem");
    problem->hide();
    form.addRow(QString(), problem);
    m_problems[name] = problem;
}

void OptionsPage::set(Preset preset, const PoolOptions& options)
{
    m_preset->setCurrentIndex(m_preset->findData(static_cast<int>(preset)));
    m_explanation->setText(text(std::string(explanationOf(preset))));
    fill(options);
}

Preset OptionsPage::preset() const
{
    return static_cast<Preset>(m_preset->currentData().toInt());
}

PoolOptions OptionsPage::options() const
{
    PoolOptions options = m_options;
    for (const NumberRow& row : m_numbers)
        if (row.box->value() != row.field.get(m_options)) // a share of 12.5 % stays one
            row.field.set(options, row.box->value());
    options.resetOnRelease = static_cast<ResetOnRelease>(m_reset->currentData().toInt());
    options.needsWritable = m_needsWritable->isChecked();
    if (m_setUp->toPlainText() != joined(m_options.sessionSetUp))
        options.sessionSetUp = split(m_setUp->toPlainText());
    return options;
}

void OptionsPage::takePreset()
{
    set(preset(), optionsFor(preset()));
}

void OptionsPage::fill(const PoolOptions& options)
{
    m_showing = true;
    m_options = options;
    for (const NumberRow& row : m_numbers)
        row.box->setValue(row.field.get(options));
    m_reset->setCurrentIndex(m_reset->findData(static_cast<int>(options.resetOnRelease)));
    m_needsWritable->setChecked(options.needsWritable);
    m_setUp->setPlainText(joined(options.sessionSetUp));
    m_showing = false;
    tell();
}

void OptionsPage::tell()
{
    if (m_showing)
        return;
    showProblems();
    Q_EMIT changed();
}

void OptionsPage::showProblems()
{
    std::map<std::string, QStringList> found;
    const std::vector<OptionProblem> problems = validate(options());
    for (const OptionProblem& problem : problems) // "sessionSetUp[2]" belongs to sessionSetUp
        found[problem.field.substr(0, problem.field.find('['))] << text(problem.message);
    for (const auto& [name, label] : m_problems) {
        label->setText(found[name].join(QLatin1Char('\n')));
        label->setVisible(!found[name].isEmpty());
    }
    m_problemCount = static_cast<int>(problems.size());
}

} // namespace lifeguard
