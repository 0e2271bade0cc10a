// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/command.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace lifeguard {

// Asks before a reset: what it will do, and to whom. The default is Cancel; on a production pool its name has to be
// typed. GUI thread.
class ResetDialog : public QDialog {
    Q_OBJECT

  public:
    ResetDialog(const PoolView& view, ResetKind kind, QWidget* parent = nullptr);

    ResetPool command() const { return m_command; }

  private:
    const ResetPool m_command;
};

// What the reset will do, in words with the numbers of this instant.
QString resetConsequences(const PoolView& view, ResetKind kind);

// What became of each connection: for a notice after the reset of an application's pool.
QString endReportWords(const std::vector<EndReport>& reports);

} // namespace lifeguard
