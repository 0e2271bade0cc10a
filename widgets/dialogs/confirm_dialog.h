// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace lifeguard {

// What a person is asked before an action.
struct Question {
    QString title;
    QString words;  // what will be done, and to whom
    QString button; // "Reset (soft)"
    QString typed;  // has to be typed before, and a reason given: the pool's name on production; empty elsewhere
};

// Asks before an action. The default is Cancel. A reason can be given, which goes to the audit log; on production it
// has to be, and the pool's name has to be typed. GUI thread.
class ConfirmDialog : public QDialog {
    Q_OBJECT

  public:
    explicit ConfirmDialog(const Question& question, QWidget* parent = nullptr);

    QString reason() const;

  protected:
    QVBoxLayout& fields() { return *m_fields; } // between the words and the guard, for what else is asked
    void setWords(const QString& words);

  private:
    void addGuard(QVBoxLayout& layout, const QString& wanted);
    void refresh(const QString& wanted);

    QLabel* m_words;
    QVBoxLayout* m_fields;
    QLineEdit* m_reason;
    QLineEdit* m_typed = nullptr;
    QPushButton* m_go = nullptr;
};

} // namespace lifeguard
