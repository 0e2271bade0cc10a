// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/reset_dialog.h"

#include "widgets/words.h"

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

QString resetConsequences(const PoolView& view, ResetKind kind)
{
    const bool soft = kind == ResetKind::Soft;
    if (view.observed) {
        const ObservedPool& pool = *view.observed;
        const QString who = ResetDialog::tr("%1 on %2, user %3, from %4")
                                .arg(text(pool.application), text(view.target), text(pool.user), text(pool.clientHost));
        return soft ? ResetDialog::tr(
                          "Ends the idle connections of %1, one by one: %n connection(s) now. Those in use and in "
                          "transactions are left alone.",
                          nullptr, pool.idle)
                          .arg(who)
                    : ResetDialog::tr(
                          "Ends every connection of %1: %n connection(s) now. What they are doing is lost, and the "
                          "application's callers get errors.",
                          nullptr, pool.total())
                          .arg(who);
    }
    return soft ? ResetDialog::tr(
                      "Begins a new generation of %1: %2 idle connections are replaced now, %3 leased ones when they "
                      "come back. No caller is disturbed.")
                      .arg(text(view.name))
                      .arg(view.idle())
                      .arg(view.active())
                : ResetDialog::tr(
                      "Begins a new generation of %1 and cuts its %3 leased connections: their callers get errors "
                      "now. %2 idle connections are replaced.")
                      .arg(text(view.name))
                      .arg(view.idle())
                      .arg(view.active());
}

QString endReportWords(const std::vector<EndReport>& reports)
{
    QStringList lines;
    for (const EndReport& report : reports)
        lines << (report.reason.empty()
                      ? ResetDialog::tr("Backend %1: %2").arg(report.pid).arg(Words::of(report.outcome))
                      : ResetDialog::tr("Backend %1: %2, %3")
                            .arg(report.pid)
                            .arg(Words::of(report.outcome), text(report.reason)));
    return lines.join(QLatin1Char('\n'));
}

ResetDialog::ResetDialog(const PoolView& view, ResetKind kind, QWidget* parent)
    : QDialog(parent), m_command{view.key, kind}
{
    const bool soft = kind == ResetKind::Soft;
    setWindowTitle(soft ? tr("Reset %1 (soft)").arg(text(view.name)) : tr("Reset %1 (hard)").arg(text(view.name)));
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(makeWords(resetConsequences(view, kind), this));
    auto* buttons = new QDialogButtonBox(this);
    QPushButton* reset =
        buttons->addButton(soft ? tr("Reset (soft)") : tr("Reset (hard)"), QDialogButtonBox::AcceptRole);
    QPushButton* cancel = buttons->addButton(QDialogButtonBox::Cancel);
    reset->setAutoDefault(false);
    cancel->setDefault(true);
    cancel->setFocus();
    if (view.production) {
        const QString name = text(view.name);
        layout->addWidget(makeWords(tr("This is production. Type the pool's name, %1, to go on:").arg(name), this));
        auto* typed = new QLineEdit(this);
        typed->setAccessibleName(tr("The pool's name"));
        layout->addWidget(typed);
        reset->setEnabled(false);
        reset->setToolTip(tr("Type the pool's name first"));
        connect(typed, &QLineEdit::textChanged, reset, [reset, name](const QString& now) {
            reset->setEnabled(now == name);
            reset->setToolTip(now == name ? QString() : ResetDialog::tr("Type the pool's name first"));
        });
    }
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(460, sizeHint().height());
}

} // namespace lifeguard
