// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connection_page.h"

#include "widgets/dialogs/path_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

namespace lifeguard {

namespace {

QLabel* labelOf(const QString& words, QWidget* field)
{
    auto* label = new QLabel(words);
    label->setBuddy(field);
    return label;
}

// Two fields beside each other; QFormLayout itself finds no buddy for its label then.
void addPair(QFormLayout& form, QLabel* label, QWidget* one, QLabel* otherLabel, QWidget* other, int share)
{
    auto* row = new QHBoxLayout;
    row->addWidget(one, share);
    row->addWidget(otherLabel);
    row->addWidget(other, 1);
    form.addRow(label, row);
}

} // namespace

ConnectionPage::ConnectionPage(QWidget* parent)
    : QWidget(parent)
    , m_string(new QLineEdit(this))
    , m_host(new QLineEdit(this))
    , m_port(new QLineEdit(this))
    , m_database(new QLineEdit(this))
    , m_user(new QLineEdit(this))
    , m_tls(new QComboBox(this))
    , m_rootCertificate(new PathField(tr("Certificates of authorities"), this))
    , m_certificate(new PathField(tr("Certificate of the user"), this))
    , m_key(new PathField(tr("Key of the user's certificate"), this))
    , m_password(new QLineEdit(this))
    , m_remember(new QCheckBox(tr("Remember it in the system's keyring"), this))
{
    auto* form = new QFormLayout(this);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addWhere(*form);
    addTls(*form);
    addPassword(*form);
}

void ConnectionPage::addWhere(QFormLayout& form)
{
    m_string->setObjectName(QStringLiteral("connectionString"));
    m_string->setPlaceholderText(tr("postgresql://user@host:5432/database"));
    m_host->setPlaceholderText(tr("host name, address, or the socket's folder"));
    m_port->setPlaceholderText(QStringLiteral("5432"));
    form.addRow(tr("URI or &keywords"), m_string);
    addPair(form, labelOf(tr("&Host"), m_host), m_host, labelOf(tr("P&ort"), m_port), m_port, 3);
    addPair(form, labelOf(tr("&Database"), m_database), m_database, labelOf(tr("&User"), m_user), m_user, 1);
    for (QLineEdit* field : {m_host, m_port, m_database, m_user})
        connect(field, &QLineEdit::textEdited, this, &ConnectionPage::takeFields);
    connect(m_string, &QLineEdit::textEdited, this, &ConnectionPage::takeString);
    connect(m_string, &QLineEdit::editingFinished, this, &ConnectionPage::takePasswordOut);
}

void ConnectionPage::addTls(QFormLayout& form)
{
    m_tls->addItem(tr("default: prefer, or what PGSSLMODE says"), QString());
    m_tls->addItem(tr("disable: never"), QStringLiteral("disable"));
    m_tls->addItem(tr("allow: only if the server insists"), QStringLiteral("allow"));
    m_tls->addItem(tr("prefer: if the server offers it"), QStringLiteral("prefer"));
    m_tls->addItem(tr("require: always, whoever answers"), QStringLiteral("require"));
    m_tls->addItem(tr("verify-ca: and an authority vouches for the server"), QStringLiteral("verify-ca"));
    m_tls->addItem(tr("verify-full: and an authority vouches for the server and its name"),
                   QStringLiteral("verify-full"));
    m_tls->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // else it sets the dialog's width
    m_tls->setToolTip(tr("Only verify-full keeps somebody in between from reading along"));
    m_rootCertificate->setPlaceholderText(QStringLiteral("~/.postgresql/root.crt"));
    m_certificate->setPlaceholderText(QStringLiteral("~/.postgresql/postgresql.crt"));
    m_key->setPlaceholderText(QStringLiteral("~/.postgresql/postgresql.key"));
    m_rootCertificate->setToolTip(tr("sslrootcert: whom verify-ca and verify-full trust"));
    m_certificate->setToolTip(tr("sslcert: for servers that ask their users for one"));
    m_key->setToolTip(tr("sslkey: the certificate's private key; readable for its owner alone, else libpq refuses it"));
    form.addRow(tr("&TLS"), m_tls);
    form.addRow(tr("&Authorities"), m_rootCertificate);
    form.addRow(tr("Certi&ficate"), m_certificate);
    form.addRow(tr("Certificate's ke&y"), m_key);
    connect(m_tls, &QComboBox::activated, this, &ConnectionPage::takeFields);
    for (PathField* field : {m_rootCertificate, m_certificate, m_key})
        connect(field, &PathField::edited, this, &ConnectionPage::takeFields);
}

void ConnectionPage::addPassword(QFormLayout& form)
{
    m_password->setObjectName(QStringLiteral("password"));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setPlaceholderText(tr("empty: PGPASSWORD, ~/.pgpass or pg_service.conf"));
    form.addRow(tr("&Password"), m_password);
    form.addRow(QString(), m_remember);
}

void ConnectionPage::setConnection(const QString& connection)
{
    m_string->setText(connection);
    takeString();
}

QString ConnectionPage::connection() const
{
    return m_string->text().trimmed();
}

void ConnectionPage::setPassword(const QString& password)
{
    m_password->setText(password);
}

QString ConnectionPage::password() const
{
    return m_password->text();
}

bool ConnectionPage::rememberPassword() const
{
    return m_remember->isEnabled() && m_remember->isChecked() && !password().isEmpty();
}

void ConnectionPage::setKeyringProblem(const QString& why)
{
    m_remember->setEnabled(why.isEmpty());
    m_remember->setText(why.isEmpty() ? tr("Remember it in the system's keyring")
                                      : tr("Kept for this run only: there is no keyring"));
    m_remember->setToolTip(why);
}

void ConnectionPage::takePasswordOut()
{
    const QString password = fromConnectionString(m_string->text()).password;
    if (password.isEmpty())
        return;
    m_password->setText(password);
    takeFields();
}

ConnectionFields ConnectionPage::fields() const
{
    return {m_host->text(),
            m_port->text(),
            m_database->text(),
            m_user->text(),
            m_tls->currentData().toString(),
            m_rootCertificate->path(),
            m_certificate->path(),
            m_key->path(),
            m_rest,
            {}};
}

void ConnectionPage::takeFields()
{
    if (m_inStep)
        return;
    m_inStep = true;
    const QString before = m_string->text();
    if (const QString password = fromConnectionString(before).password; !password.isEmpty())
        m_password->setText(password); // the string is about to lose it
    const bool keywords = !before.isEmpty() && !isConnectionUri(before);
    m_string->setText(keywords ? toKeywords(fields()) : toUri(fields()));
    m_inStep = false;
    Q_EMIT changed();
}

void ConnectionPage::takeString()
{
    if (m_inStep)
        return;
    m_inStep = true;
    const ConnectionFields fields = fromConnectionString(m_string->text());
    m_host->setText(fields.host);
    m_port->setText(fields.port);
    m_database->setText(fields.database);
    m_user->setText(fields.user);
    if (m_tls->findData(fields.tls) < 0) // libpq will refuse it by its name
        m_tls->addItem(fields.tls, fields.tls);
    m_tls->setCurrentIndex(m_tls->findData(fields.tls));
    m_rootCertificate->setPath(fields.rootCertificate);
    m_certificate->setPath(fields.certificate);
    m_key->setPath(fields.key);
    m_rest = fields.rest;
    m_inStep = false;
    Q_EMIT changed();
}

} // namespace lifeguard
