// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/command.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLayout;
class QLineEdit;
class QPushButton;
class QTabWidget;

namespace lifeguard {

class ConnectionPage;
class OptionsPage;

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
    void addButtons(QLayout& column);
    void addImport(QPushButton& button);
    QStringList problems() const;
    void showProblems();

    QLineEdit* m_name;
    QComboBox* m_environment;
    QCheckBox* m_readOnly;
    ConnectionPage* m_connection;
    OptionsPage* m_options;
    QTabWidget* m_tabs;
    QLabel* m_problems;
    QLabel* m_outcome;
    QPushButton* m_test = nullptr;
    QPushButton* m_connect = nullptr;
    QStringList m_taken;
};

} // namespace lifeguard
