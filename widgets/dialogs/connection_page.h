// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/dialogs/connection_string.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;

namespace lifeguard {

class PathField;

// Where the database is, as fields and as one string that are kept in step both ways, and the password, which never
// stays in the string: when the string is complete it moves to its own field. GUI thread.
class ConnectionPage : public QWidget {
    Q_OBJECT

  public:
    explicit ConnectionPage(QWidget* parent = nullptr);

    void setConnection(const QString& connection); // as it is; a password in it stays until somebody edits
    QString connection() const;                    // a URI stays one when fields change
    void setPassword(const QString& password);
    QString password() const;
    bool rememberPassword() const;
    void setKeyringProblem(const QString& why); // passwords can't be remembered, and why; empty: they can

    void takePasswordOut(); // of the string, to its field

  Q_SIGNALS:
    void changed();

  private:
    void addWhere(QFormLayout& form);
    void addTls(QFormLayout& form);
    void addPassword(QFormLayout& form);
    void takeFields();
    void takeString();
    ConnectionFields fields() const;

    QLineEdit* m_string;
    QLineEdit* m_host;
    QLineEdit* m_port;
    QLineEdit* m_database;
    QLineEdit* m_user;
    QComboBox* m_tls;
    PathField* m_rootCertificate;
    PathField* m_certificate;
    PathField* m_key;
    QLineEdit* m_password;
    QCheckBox* m_remember;
    QString m_rest;
    bool m_inStep = false; // one side is being written from the other
};

} // namespace lifeguard
