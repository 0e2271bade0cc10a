// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/confirm_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lifeguard {

namespace {

QLabel* makeWords(const QString& words, QWidget* parent)
{
    auto* label = new QLabel(words, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

ConfirmDialog::ConfirmDialog(const Question& question, QWidget* parent)
    : QDialog(parent)
    , m_words(makeWords(question.words, this))
    , m_fields(new QVBoxLayout)
    , m_reason(new QLineEdit(this))
{
    setWindowTitle(question.title);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(m_words);
    layout->addLayout(m_fields);
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setPlaceholderText(question.typed.isEmpty() ? tr("Reason, for the audit log (optional)")
                                                          : tr("Reason, for the audit log"));
    layout->addWidget(m_reason);
    auto* buttons = new QDialogButtonBox(this);
    m_go = buttons->addButton(question.button, QDialogButtonBox::AcceptRole);
    QPushButton* cancel = buttons->addButton(QDialogButtonBox::Cancel);
    m_go->setAutoDefault(false);
    cancel->setDefault(true);
    cancel->setFocus();
    if (!question.typed.isEmpty())
        addGuard(*layout, question.typed);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(460, sizeHint().height());
}

void ConfirmDialog::addGuard(QVBoxLayout& layout, const QString& wanted)
{
    layout.addWidget(makeWords(tr("This is production. Type the pool's name, %1, to go on:").arg(wanted), this));
    m_typed = new QLineEdit(this);
    m_typed->setObjectName(QStringLiteral("typed"));
    m_typed->setAccessibleName(tr("The pool's name"));
    layout.addWidget(m_typed);
    for (QLineEdit* each : {m_typed, m_reason})
        connect(each, &QLineEdit::textChanged, this, [this, wanted] { refresh(wanted); });
    refresh(wanted);
}

void ConfirmDialog::refresh(const QString& wanted)
{
    const bool named = m_typed->text() == wanted;
    m_go->setEnabled(named && !reason().isEmpty());
    m_go->setToolTip(!named               ? tr("Type the pool's name first")
                     : reason().isEmpty() ? tr("Give a reason first")
                                          : QString());
}

void ConfirmDialog::setWords(const QString& words)
{
    m_words->setText(words);
}

QString ConfirmDialog::reason() const
{
    return m_reason->text().trimmed();
}

} // namespace lifeguard
