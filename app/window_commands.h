// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bridge.h"
#include "app/profile_opener.h"
#include "app/profile_store.h"

#include <QObject>
#include <QPointer>

class QWidget;

namespace lifeguard {

class ConnectDialog;
class RegistrationDialog;

// What the window's buttons do, with the dialogs that ask and the words that tell the outcome. GUI thread; waits for
// nothing.
class WindowCommands : public QObject {
    Q_OBJECT

  public:
    WindowCommands(Bridge& bridge, ProfileStore& profiles, ProfileOpener& opener, QWidget* window);

    void connectToDatabase(const FleetSnapshot& snapshot);
    void editProfile(const Profile& profile, const FleetSnapshot& snapshot);
    void resetPool(const PoolView& view, ResetKind kind);
    void resizePool(const PoolView& view);
    void suspendPool(const PoolView& view);
    void resumePool(const PoolView& view);
    void registerTestUser(const PoolView& view);
    void runHealthChecks(const QString& key);
    void closePool(const PoolView& view);

  Q_SIGNALS:
    void done(const QString& sentence);
    void failed(const QString& sentence);

  private:
    void accept(const ConnectDialog& dialog);
    void submit(const Command& command); // its outcome is told in the window
    void tell(const CommandOutcome& outcome);
    void startRegistration(const QString& key, const QString& name);

    Bridge& m_bridge;
    ProfileStore& m_profiles;
    ProfileOpener& m_opener;
    QWidget* m_window;
    QPointer<RegistrationDialog> m_registration;
    QString m_registrationKey;
};

} // namespace lifeguard
