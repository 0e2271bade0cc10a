// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QDialog>

namespace lifeguard {

// Every field of one event, to be read and copied. Doesn't block the window.
class EventDetails : public QDialog {
    Q_OBJECT

  public:
    EventDetails(const Event& event, const QString& poolName, QWidget* parent = nullptr);
};

} // namespace lifeguard
