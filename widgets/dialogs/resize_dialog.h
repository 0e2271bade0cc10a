// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/command.h"
#include "widgets/dialogs/confirm_dialog.h"

class QSpinBox;

namespace lifeguard {

// Asks how many connections a managed pool may have from now on, until it is closed. GUI thread.
class ResizeDialog : public ConfirmDialog {
    Q_OBJECT

  public:
    explicit ResizeDialog(const PoolView& view, QWidget* parent = nullptr);

    ResizePool command() const;
    QSpinBox& least() { return *m_least; }
    QSpinBox& most() { return *m_most; }

  private:
    QString consequences() const;

    const PoolView m_view;
    QSpinBox* m_least;
    QSpinBox* m_most;
};

} // namespace lifeguard
