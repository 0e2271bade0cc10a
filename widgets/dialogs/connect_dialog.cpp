// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connect_dialog.h"

#include "widgets/dialogs/connection_importer.h"
#include "widgets/dialogs/connection_page.h"
#include "widgets/dialogs/options_page.h"
#include "widgets/words.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStyle>
#include <QTabWidget>
#include <QVBoxLayout>

namespace lifeguard {

namespace {

QLabel* makeWords(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

ConnectDialog::ConnectDialog(QWidget* parent)
    : QDialog(parent)
    , m_name(new QLineEdit(this))
    , m_environment(new QComboBox(this))
    , m_readOnly(new QCheckBox(tr("Read-only: watch it, without any action"), this))
    , m_connection(new ConnectionPage(this))
    , m_options(new OptionsPage(this))
    , m_tabs(new QTabWidget(this))
    , m_problems(makeWords(this))
    , m_outcome(makeWords(this))
{
    setWindowTitle(tr("Connect"));
    auto* column = new QVBoxLayout(this);
    auto* form = new QFormLayout;
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setPlaceholderText(tr("orders-api"));
    form->addRow(tr("&Name"), m_name);
    for (const Environment each : kEnvironments)
        m_environment->addItem(Words::of(each), static_cast<int>(each));
    m_environment->setToolTip(tr("On production an action asks for the pool's name and a reason"));
    form->addRow(tr("&Environment"), m_environment);
    form->addRow(QString(), m_readOnly);
    column->addLayout(form);
    m_tabs->addTab(m_connection, tr("Connection"));
    m_tabs->addTab(m_options, tr("Options"));
    column->addWidget(m_tabs, 1);
    addButtons(*column);
    connect(m_name, &QLineEdit::textChanged, this, &ConnectDialog::showProblems);
    connect(m_connection, &ConnectionPage::changed, this, &ConnectDialog::showProblems);
    connect(m_options, &OptionsPage::changed, this, &ConnectDialog::showProblems);
    setProfile({});
    resize(620, 620);
}

void ConnectDialog::addButtons(QLayout& column)
{
    m_problems->setProperty("problem", true);
    column.addWidget(m_problems);
    column.addWidget(m_outcome);
    m_outcome->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    addImport(*buttons->addButton(tr("Import"), QDialogButtonBox::ResetRole)); // its place is on the left
    m_test = buttons->addButton(tr("Test"), QDialogButtonBox::ActionRole);
    m_test->setAutoDefault(false);
    m_connect = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    m_connect->setProperty("primary", true);
    m_connect->setDefault(true);
    m_connect->style()->unpolish(m_connect); // the box has polished it before it was primary
    m_connect->style()->polish(m_connect);
    column.addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_test, &QPushButton::clicked, this, [this] {
        m_connection->takePasswordOut();
        showTestRunning();
        Q_EMIT testRequested(profile(), password());
    });
}

void ConnectDialog::addImport(QPushButton& button)
{
    auto* importer = new ConnectionImporter(this);
    auto* menu = new QMenu(&button);
    importer->addActions(*menu);
    button.setMenu(menu);
    button.setAutoDefault(false);
    connect(importer, &ConnectionImporter::chosen, this, [this](const ImportedConnection& connection) {
        m_connection->setConnection(connection.connection);
        m_connection->setPassword(connection.password);
        if (m_name->text().isEmpty())
            m_name->setText(connection.name);
        m_outcome->hide();
        m_tabs->setCurrentWidget(m_connection);
    });
    connect(importer, &ConnectionImporter::failed, this, [this](const QString& sentence) {
        m_outcome->setText(sentence);
        m_outcome->show();
    });
}

void ConnectDialog::setProfile(const Profile& profile)
{
    m_name->setText(text(profile.name));
    m_connection->setConnection(text(profile.connection));
    m_options->set(profile.preset, profile.options);
    m_environment->setCurrentIndex(m_environment->findData(static_cast<int>(profile.environment)));
    m_readOnly->setChecked(profile.readOnly);
    showProblems();
}

Profile ConnectDialog::profile() const
{
    Profile profile;
    profile.name = m_name->text().trimmed().toStdString();
    profile.connection = m_connection->connection().toStdString();
    profile.preset = m_options->preset();
    profile.options = m_options->options();
    profile.environment = static_cast<Environment>(m_environment->currentData().toInt());
    profile.readOnly = m_readOnly->isChecked();
    return profile;
}

QString ConnectDialog::password() const
{
    return m_connection->password();
}

bool ConnectDialog::rememberPassword() const
{
    return m_connection->rememberPassword();
}

void ConnectDialog::setTakenNames(const QStringList& names)
{
    m_taken = names;
    showProblems();
}

void ConnectDialog::setKeyringProblem(const QString& why)
{
    m_connection->setKeyringProblem(why);
}

QStringList ConnectDialog::problems() const
{
    QStringList found;
    const Profile wanted = profile();
    if (wanted.name.empty())
        found << tr("Give the pool a name.");
    else if (m_taken.contains(text(wanted.name)))
        found << tr("A pool named \"%1\" is open already.").arg(text(wanted.name));
    for (const OptionProblem& problem : validate(wanted.options))
        found << tr("%1 %2", "option, what is wrong with it").arg(text(problem.field), text(problem.message));
    return found;
}

void ConnectDialog::showProblems()
{
    if (m_connect == nullptr)
        return;
    const QStringList found = problems();
    const int wrong = m_options->problemCount();
    m_tabs->setTabText(1, wrong == 0 ? tr("Options") : tr("Options (%n problem(s))", nullptr, wrong));
    m_problems->setText(found.join(QLatin1Char('\n')));
    m_problems->setVisible(!found.isEmpty());
    m_connect->setEnabled(found.isEmpty());
    m_connect->setToolTip(found.join(QLatin1Char('\n')));
}

void ConnectDialog::showTestRunning()
{
    m_test->setEnabled(false);
    m_test->setToolTip(tr("A test is under way"));
    m_outcome->setText(tr("Testing…"));
    m_outcome->show();
}

void ConnectDialog::showTestOutcome(const CommandOutcome& outcome)
{
    m_test->setEnabled(true);
    m_test->setToolTip({});
    QStringList lines;
    for (const ConnectionStep& step : outcome.steps)
        lines << tr("%1 %2, %3: %4", "✓, ! or ✗, step, time, words")
                     .arg(step.warning ? QStringLiteral("!")
                          : step.ok    ? QStringLiteral("✓")
                                       : QStringLiteral("✗"),
                          text(step.name), Words::millis(step.took), text(step.text));
    if (lines.isEmpty()) // else the step says it
        lines << text(outcome.summary);
    const QString advice = text(outcome.advice);
    if (!advice.isEmpty() && !lines.last().contains(advice))
        lines << advice;
    m_outcome->setText(lines.join(QLatin1Char('\n')));
}

} // namespace lifeguard
