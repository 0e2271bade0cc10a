// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/command.h"
#include "widgets/dialogs/connection_string.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace lifeguard {

// Asks for a profile: a name, where the database is (fields or one string, in step), the pool's options, and a
// password. It waits for nothing: Test is a signal, and the outcome is shown when it comes. GUI thread.
class ConnectDialog : public QDialog {
    Q_OBJECT

  public:
    explicit ConnectDialog(QWidget* parent = nullptr);

    void setProfile(const Profile& profile);
    Profile profile() const;
    QString password() const;
    bool rememberPassword() const;

    // Names that are taken already: opening a second pool of one is refused in place.
    void setTakenNames(const QStringList& names);
    void setKeyringProblem(const QString& why); // passwords can't be remembered, and why

    void showTestRunning();
    void showTestOutcome(const CommandOutcome& outcome);

  Q_SIGNALS:
    void testRequested(const Profile& profile, const QString& password);

  private:
    void addConnectionRows(QFormLayout& form);
    void addOptionRows(QFormLayout& form);
    void addButtons(QFormLayout& form);
    void takeFields();
    void takeString();
    void takePreset();
    QStringList problems() const;
    void showProblems();

    QLineEdit* m_name;
    QLineEdit* m_string;
    QLineEdit* m_host;
    QLineEdit* m_port;
    QLineEdit* m_database;
    QLineEdit* m_user;
    QComboBox* m_tls;
    QLineEdit* m_password;
    QCheckBox* m_remember;
    QComboBox* m_preset;
    QLabel* m_explanation;
    QSpinBox* m_minSize;
    QSpinBox* m_maxSize;
    QSpinBox* m_acquireTimeout;
    QSpinBox* m_statementTimeout;
    QComboBox* m_environment;
    QCheckBox* m_readOnly;
    QLabel* m_problems;
    QLabel* m_outcome;
    QPushButton* m_test = nullptr;
    QPushButton* m_connect = nullptr;
    QStringList m_taken;
    QString m_rest;
    PoolOptions m_options;
    bool m_inStep = false; // one side is being written from the other
};

} // namespace lifeguard
