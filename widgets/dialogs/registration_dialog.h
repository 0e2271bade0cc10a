// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registration/test_registration.h"

#include <QDialog>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableWidget;

namespace lifeguard {

// The result of a test registration: the verdict, each phase's time, the user and the session. Doesn't block the
// window. GUI thread.
class RegistrationDialog : public QDialog {
    Q_OBJECT

  public:
    explicit RegistrationDialog(QWidget* parent = nullptr);

    void showRunning(const QString& pool);
    void showResult(const RegistrationResult& result);
    void showFailure(const QString& summary, const QString& advice); // it couldn't be run at all

  Q_SIGNALS:
    void runRequested(const QString& pool);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void showVerdict();

    enum class State { Running, Passed, Failed };
    State m_state = State::Running;
    QString m_pool;
    QLabel* m_icon;
    QLabel* m_verdict;
    QTableWidget* m_phases;
    QPlainTextEdit* m_json;
    QPushButton* m_copy;
    QPushButton* m_again;
};

} // namespace lifeguard
