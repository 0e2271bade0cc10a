// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme/theme.h"

#include <QObject>

class QApplication;
class QDBusVariant;

namespace lifeguard {

enum class ThemeChoice { System, Light, Dark };

// Dresses the application: Fusion, our palette, a small style sheet, Inter. "System" asks the desktop's settings
// portal, without waiting for it (Qt 6.4 has no QStyleHints::colorScheme), and follows its changes. GUI thread.
class ThemeController : public QObject {
    Q_OBJECT

  public:
    explicit ThemeController(QApplication& application, QObject* parent = nullptr);

    void setChoice(ThemeChoice choice);
    ThemeChoice choice() const { return m_choice; }
    bool dark() const { return m_dark; }

  Q_SIGNALS:
    void changed(bool dark);

  private Q_SLOTS:
    void onPortalSetting(const QString& group, const QString& key, const QDBusVariant& value);

  private:
    void askPortal();
    void setSystemDark(bool dark);
    void apply();

    QApplication& m_application;
    ThemeChoice m_choice = ThemeChoice::System;
    bool m_systemDark = false;
    bool m_dark = false;
    bool m_applied = false;
};

} // namespace lifeguard
