// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connect_dialog.h"

#include "widgets/dialogs/options_page.h"
#include "widgets/words.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
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

QLayout* besides(QWidget* one, const QString& word, QWidget* other)
{
    auto* row = new QHBoxLayout;
    row->addWidget(one, 1);
    row->addWidget(new QLabel(word));
    row->addWidget(other, 1);
    return row;
}

} // namespace

ConnectDialog::ConnectDialog(QWidget* parent)
    : QDialog(parent)
    , m_name(new QLineEdit(this))
    , m_string(new QLineEdit(this))
    , m_host(new QLineEdit(this))
    , m_port(new QLineEdit(this))
    , m_database(new QLineEdit(this))
    , m_user(new QLineEdit(this))
    , m_tls(new QComboBox(this))
    , m_password(new QLineEdit(this))
    , m_remember(new QCheckBox(tr("Remember it in the system's keyring"), this))
    , m_production(new QCheckBox(tr("Production: resets ask for the pool's name"), this))
    , m_options(new OptionsPage(this))
    , m_tabs(new QTabWidget(this))
    , m_problems(makeWords(this))
    , m_outcome(makeWords(this))
{
    setWindowTitle(tr("Connect"));
    auto* column = new QVBoxLayout(this);
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addConnectionRows(*form);
    m_tabs->addTab(page, tr("Connection"));
    m_tabs->addTab(m_options, tr("Options"));
    column->addWidget(m_tabs, 1);
    addButtons(*column);
    setProfile({});
    resize(620, 560);
}

void ConnectDialog::addConnectionRows(QFormLayout& form)
{
    m_name->setPlaceholderText(tr("orders-api"));
    m_string->setPlaceholderText(tr("postgresql://user@host:5432/database"));
    m_host->setPlaceholderText(tr("host name, address, or the socket's folder"));
    m_port->setPlaceholderText(QStringLiteral("5432"));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setPlaceholderText(tr("empty: PGPASSWORD, ~/.pgpass or pg_service.conf"));
    m_tls->addItem(tr("prefer (the default)"), QString());
    for (const char* mode : {"disable", "allow", "require", "verify-ca", "verify-full"})
        m_tls->addItem(QLatin1String(mode), QString::fromLatin1(mode));
    form.addRow(tr("&Name"), m_name);
    form.addRow(tr("URI or &keywords"), m_string);
    form.addRow(tr("&Host"), besides(m_host, tr("Port"), m_port));
    form.addRow(tr("&Database"), besides(m_database, tr("User"), m_user));
    form.addRow(tr("&TLS"), m_tls);
    form.addRow(tr("&Password"), m_password);
    form.addRow(QString(), m_remember);
    for (QLineEdit* field : {m_host, m_port, m_database, m_user})
        connect(field, &QLineEdit::textEdited, this, &ConnectDialog::takeFields);
    connect(m_tls, &QComboBox::activated, this, &ConnectDialog::takeFields);
    connect(m_string, &QLineEdit::textEdited, this, &ConnectDialog::takeString);
    form.addRow(QString(), m_production);
    connect(m_name, &QLineEdit::textChanged, this, &ConnectDialog::showProblems);
    connect(m_options, &OptionsPage::changed, this, &ConnectDialog::showProblems);
}

void ConnectDialog::addButtons(QLayout& column)
{
    m_problems->setProperty("problem", true);
    column.addWidget(m_problems);
    column.addWidget(m_outcome);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_test = buttons->addButton(tr("Test"), QDialogButtonBox::ActionRole);
    m_connect = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    m_connect->setProperty("primary", true);
    m_connect->setDefault(true);
    column.addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_test, &QPushButton::clicked, this, [this] {
        showTestRunning();
        Q_EMIT testRequested(profile(), password());
    });
}

void ConnectDialog::setProfile(const Profile& profile)
{
    m_name->setText(text(profile.name));
    m_string->setText(text(profile.connection));
    takeString();
    m_options->set(profile.preset, profile.options);
    m_production->setChecked(profile.production);
    showProblems();
}

Profile ConnectDialog::profile() const
{
    Profile profile;
    profile.name = m_name->text().trimmed().toStdString();
    profile.connection = m_string->text().trimmed().toStdString();
    profile.preset = m_options->preset();
    profile.options = m_options->options();
    profile.production = m_production->isChecked();
    return profile;
}

QString ConnectDialog::password() const
{
    return m_password->text();
}

bool ConnectDialog::rememberPassword() const
{
    return m_remember->isEnabled() && m_remember->isChecked() && !password().isEmpty();
}

void ConnectDialog::setTakenNames(const QStringList& names)
{
    m_taken = names;
    showProblems();
}

void ConnectDialog::setKeyringProblem(const QString& why)
{
    m_remember->setEnabled(why.isEmpty());
    m_remember->setToolTip(why);
}

void ConnectDialog::takeFields()
{
    if (m_inStep)
        return;
    m_inStep = true;
    m_string->setText(toConnectionString(
        {m_host->text(), m_port->text(), m_database->text(), m_user->text(), m_tls->currentData().toString(), m_rest}));
    m_inStep = false;
    showProblems();
}

void ConnectDialog::takeString()
{
    if (m_inStep)
        return;
    m_inStep = true;
    const ConnectionFields fields = fromConnectionString(m_string->text());
    m_host->setText(fields.host);
    m_port->setText(fields.port);
    m_database->setText(fields.database);
    m_user->setText(fields.user);
    const int mode = m_tls->findData(fields.tls);
    m_tls->setCurrentIndex(mode < 0 ? 0 : mode);
    m_rest = fields.rest;
    if (mode < 0 && !fields.tls.isEmpty()) // keep what libpq will refuse, so that it can be named
        m_rest = (m_rest + QStringLiteral(" sslmode=") + fields.tls).trimmed();
    m_inStep = false;
    showProblems();
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
}

void ConnectDialog::showTestOutcome(const CommandOutcome& outcome)
{
    m_test->setEnabled(true);
    m_test->setToolTip({});
    QStringList lines;
    for (const ConnectionStep& step : outcome.steps)
        lines << tr("%1 %2, %3: %4", "✓ or ✗, step, time, words")
                     .arg(step.ok ? QStringLiteral("✓") : QStringLiteral("✗"), text(step.name),
                          Words::millis(step.took), text(step.text));
    if (lines.isEmpty() || !outcome.ok)
        lines << text(outcome.summary);
    if (!outcome.advice.empty())
        lines << text(outcome.advice);
    lines.removeDuplicates();
    m_outcome->setText(lines.join(QLatin1Char('\n')));
}

} // namespace lifeguard
