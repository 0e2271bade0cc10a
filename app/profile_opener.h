// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bridge.h"
#include "app/secrets.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <optional>

class QWidget;

namespace lifeguard {

// Opens profiles in the fleet with the password that the keyring knows, and asks for one when the server refuses the
// login. Waits for nothing. GUI thread.
class ProfileOpener : public QObject {
    Q_OBJECT

  public:
    ProfileOpener(Bridge& bridge, Secrets& secrets, QObject* parent = nullptr);

    void open(const Profile& profile); // with the password that is known, if one is
    void open(const Profile& profile, const QString& password, bool remember);

    // Asks for a password in a dialog of its own and opens the profile again with it.
    void askPassword(const QString& name, QWidget* window);
    Secrets& secrets() const { return m_secrets; }
    bool knows(const QString& name) const { return m_profiles.contains(name); }

  Q_SIGNALS:
    void opened(const QString& name);
    void failed(const QString& sentence);
    void passwordRefused(const QString& name); // it is open, and its login fails: askPassword() is the next step

  private:
    void submit(const Profile& profile, const QString& password);
    void refuse(const QString& name, const std::optional<Profile>& before, const CommandOutcome& outcome);
    void reopen(const Profile& profile, const QString& password);
    void watch(const std::vector<Event>& events);

    Bridge& m_bridge;
    Secrets& m_secrets;
    QHash<QString, Profile> m_profiles;
};

} // namespace lifeguard
