// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/reset_dialog.h"

#include "widgets/words.h"

namespace lifeguard {

namespace {

Question questionOf(const PoolView& view, ResetKind kind)
{
    const bool soft = kind == ResetKind::Soft;
    const QString name = text(view.name);
    return {soft ? ResetDialog::tr("Reset %1 (soft)").arg(name) : ResetDialog::tr("Reset %1 (hard)").arg(name),
            resetConsequences(view, kind), soft ? ResetDialog::tr("Reset (soft)") : ResetDialog::tr("Reset (hard)"),
            view.environment == Environment::Production ? name : QString()};
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
    : ConfirmDialog(questionOf(view, kind), parent), m_pool(view.key), m_kind(kind)
{
}

} // namespace lifeguard
