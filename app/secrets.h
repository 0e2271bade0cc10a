// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QString>

#include <functional>

namespace lifeguard {

// Passwords, in the system's keyring and nowhere else. Without a keyring they are kept for this run only, and problem()
// says so. Everything is asynchronous; callbacks come on the GUI thread.
class Secrets : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

    // The password of a profile, empty when there is none.
    void find(const QString& profile, std::function<void(const QString& password)> found);

    // Whether the keyring can be used: `told` gets the reason why not, or nothing. Not called any more when `context`
    // is gone.
    void check(QObject* context, std::function<void(const QString& why)> told);

    // Why the keyring couldn't be used when it was asked last; empty: it could.
    QString whyNoKeyring() const { return m_whyNoKeyring; }

    // Keeps it for this run, and in the keyring when `remember`.
    void keep(const QString& profile, const QString& password, bool remember);

  Q_SIGNALS:
    void problem(const QString& sentence); // the keyring can't be used, and why

  private:
    void noteError(int error, const QString& words);

    QHash<QString, QString> m_thisRun;
    QString m_whyNoKeyring;
};

} // namespace lifeguard
