// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connect_dialog.h"

#include "widgets/words.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace lifeguard {

namespace {

QSpinBox* makeSpin(QWidget* parent, int low, int high, const QString& suffix)
{
    auto* spin = new QSpinBox(parent);
    spin->setRange(low, high);
    spin->setSuffix(suffix);
    return spin;
}

QLabel* makeWords(QWidget* parent, bool muted)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("muted", muted);
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
    , m_preset(new QComboBox(this))
    , m_explanation(makeWords(this, true))
    , m_minSize(makeSpin(this, 0, 10'000, {}))
    , m_maxSize(makeSpin(this, 1, 10'000, {}))
    , m_acquireTimeout(makeSpin(this, 1, 600'000, tr(" ms")))
    , m_statementTimeout(makeSpin(this, 0, 86'400'000, tr(" ms")))
    , m_environment(new QComboBox(this))
    , m_readOnly(new QCheckBox(tr("Read-only: watch it, without any action"), this))
    , m_problems(makeWords(this, false))
    , m_outcome(makeWords(this, false))
{
    setWindowTitle(tr("Connect"));
    auto* form = new QFormLayout(this);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addConnectionRows(*form);
    addOptionRows(*form);
    addButtons(*form);
    setProfile({});
    resize(560, sizeHint().height());
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
    connect(m_name, &QLineEdit::textChanged, this, &ConnectDialog::showProblems);
}

void ConnectDialog::addOptionRows(QFormLayout& form)
{
    for (const Preset preset : {Preset::Default, Preset::Serverless, Preset::HighConcurrency})
        m_preset->addItem(text(std::string(nameOf(preset))), static_cast<int>(preset));
    m_acquireTimeout->setToolTip(tr("How long a caller waits for a connection at most"));
    m_statementTimeout->setToolTip(tr("Set on each connection; ends queries that run away. 0 leaves the server's own"));
    form.addRow(tr("P&reset"), m_preset);
    form.addRow(QString(), m_explanation);
    form.addRow(tr("Connections, &min"), besides(m_minSize, tr("max"), m_maxSize));
    form.addRow(tr("Time-outs, &acquire"), besides(m_acquireTimeout, tr("statement"), m_statementTimeout));
    for (const Environment each : kEnvironments)
        m_environment->addItem(Words::of(each), static_cast<int>(each));
    m_environment->setToolTip(tr("On production an action asks for the pool's name and a reason"));
    form.addRow(tr("&Environment"), m_environment);
    form.addRow(QString(), m_readOnly);
    connect(m_preset, &QComboBox::activated, this, &ConnectDialog::takePreset);
    for (QSpinBox* spin : {m_minSize, m_maxSize, m_acquireTimeout, m_statementTimeout})
        connect(spin, &QSpinBox::valueChanged, this, &ConnectDialog::showProblems);
}

void ConnectDialog::addButtons(QFormLayout& form)
{
    form.addRow(m_problems);
    form.addRow(m_outcome);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_test = buttons->addButton(tr("Test"), QDialogButtonBox::ActionRole);
    m_connect = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    m_connect->setProperty("primary", true);
    m_connect->setDefault(true);
    form.addRow(buttons);
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
    m_options = profile.options;
    m_preset->setCurrentIndex(m_preset->findData(static_cast<int>(profile.preset)));
    m_explanation->setText(text(std::string(explanationOf(profile.preset))));
    m_minSize->setValue(m_options.minSize);
    m_maxSize->setValue(m_options.maxSize);
    m_acquireTimeout->setValue(static_cast<int>(m_options.acquireTimeout.count()));
    m_statementTimeout->setValue(static_cast<int>(m_options.statementTimeout.count()));
    m_environment->setCurrentIndex(m_environment->findData(static_cast<int>(profile.environment)));
    m_readOnly->setChecked(profile.readOnly);
    showProblems();
}

Profile ConnectDialog::profile() const
{
    Profile profile;
    profile.name = m_name->text().trimmed().toStdString();
    profile.connection = m_string->text().trimmed().toStdString();
    profile.preset = static_cast<Preset>(m_preset->currentData().toInt());
    profile.options = m_options;
    profile.options.minSize = m_minSize->value();
    profile.options.maxSize = m_maxSize->value();
    profile.options.acquireTimeout = std::chrono::milliseconds{m_acquireTimeout->value()};
    profile.options.statementTimeout = std::chrono::milliseconds{m_statementTimeout->value()};
    profile.environment = static_cast<Environment>(m_environment->currentData().toInt());
    profile.readOnly = m_readOnly->isChecked();
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

void ConnectDialog::takePreset()
{
    const auto preset = static_cast<Preset>(m_preset->currentData().toInt());
    m_options = optionsFor(preset);
    m_explanation->setText(text(std::string(explanationOf(preset))));
    m_minSize->setValue(m_options.minSize);
    m_maxSize->setValue(m_options.maxSize);
    m_acquireTimeout->setValue(static_cast<int>(m_options.acquireTimeout.count()));
    m_statementTimeout->setValue(static_cast<int>(m_options.statementTimeout.count()));
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
