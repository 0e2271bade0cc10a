// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/command.h"
#include "widgets/dialogs/confirm_dialog.h"

namespace lifeguard {

// Asks before a reset: what it will do, and to whom. GUI thread.
class ResetDialog : public ConfirmDialog {
    Q_OBJECT

  public:
    ResetDialog(const PoolView& view, ResetKind kind, QWidget* parent = nullptr);

    ResetPool command() const { return {m_pool, m_kind, reason().toStdString()}; }

  private:
    const PoolKey m_pool;
    const ResetKind m_kind;
};

// What the reset will do, in words with the numbers of this instant.
QString resetConsequences(const PoolView& view, ResetKind kind);

// What became of each connection: for a notice after the reset of an application's pool.
QString endReportWords(const std::vector<EndReport>& reports);

} // namespace lifeguard
