// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QProcess>
#include <QStandardPaths>
#include <QString>

namespace lifeguard {

// A session bus of the test's own. It ends with this object.
class SessionBus {
  public:
    SessionBus() = default;
    ~SessionBus()
    {
        m_daemon.terminate();
        m_daemon.waitForFinished();
    }

    SessionBus(const SessionBus&) = delete;
    SessionBus& operator=(const SessionBus&) = delete;

    bool start(QString* error)
    {
        const QString program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
        if (program.isEmpty()) {
            *error = QStringLiteral("dbus-daemon is missing; ./dev setup installs it (package dbus-daemon)");
            return false;
        }
        m_daemon.start(program,
                       {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        while (!m_daemon.canReadLine())
            if (!m_daemon.waitForReadyRead(kPatienceMillis)) {
                *error = QStringLiteral("dbus-daemon said no address: ") + m_daemon.errorString()
                         + QString::fromLocal8Bit(m_daemon.readAllStandardError());
                return false;
            }
        m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
        return true;
    }

    // A connection of its own for each name.
    QDBusConnection connect(const QString& name) const { return QDBusConnection::connectToBus(m_address, name); }

  private:
    static constexpr int kPatienceMillis = 10'000;

    QProcess m_daemon;
    QString m_address;
};

} // namespace lifeguard
