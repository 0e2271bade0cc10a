// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_opener.h"

#include "widgets/words.h"

#include <QInputDialog>
#include <QLineEdit>

namespace lifeguard {

ProfileOpener::ProfileOpener(Bridge& bridge, Secrets& secrets, QObject* parent)
    : QObject(parent), m_bridge(bridge), m_secrets(secrets)
{
    connect(&m_bridge, &Bridge::eventsArrived, this, &ProfileOpener::watch);
}

void ProfileOpener::open(const Profile& profile)
{
    m_secrets.find(text(profile.name), [this, profile](const QString& password) { submit(profile, password); });
}

void ProfileOpener::open(const Profile& profile, const QString& password, bool remember)
{
    if (password.isEmpty())
        return open(profile);
    m_secrets.keep(text(profile.name), password, remember);
    submit(profile, password);
}

void ProfileOpener::submit(const Profile& profile, const QString& password)
{
    const QString name = text(profile.name);
    const std::optional<Profile> before = knows(name) ? std::optional(m_profiles.value(name)) : std::nullopt;
    m_profiles.insert(name, profile); // before the answer: the login may be refused first
    m_bridge.submit(OpenProfile{profile, password.toStdString()}, this,
                    [this, name, before](const CommandOutcome& outcome) {
                        if (outcome.ok)
                            Q_EMIT opened(name);
                        else
                            refuse(name, before, outcome);
                    });
}

void ProfileOpener::refuse(const QString& name, const std::optional<Profile>& before, const CommandOutcome& outcome)
{
    if (before) // an open pool has the name, and its password may still be asked for
        m_profiles.insert(name, *before);
    else
        m_profiles.remove(name);
    Q_EMIT failed(outcome.advice.empty()
                      ? text(outcome.summary)
                      : tr("%1 %2", "what failed, what to do").arg(text(outcome.summary), text(outcome.advice)));
}

void ProfileOpener::watch(const std::vector<Event>& events)
{
    for (const Event& event : events)
        if (event.kind == EventKind::ConnectStopped && event.sqlState == "28P01" && knows(text(event.pool)))
            Q_EMIT passwordRefused(text(event.pool));
}

void ProfileOpener::askPassword(const QString& name, QWidget* window)
{
    const auto profile = m_profiles.constFind(name);
    if (profile == m_profiles.constEnd())
        return;
    auto* dialog = new QInputDialog(window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Password"));
    const QString why = m_secrets.whyNoKeyring();
    dialog->setLabelText(
        why.isEmpty()
            ? tr("Password for %1, for this run only:").arg(name)
            : tr("The system's keyring can't be used: %1\nPassword for %2, for this run only:").arg(why, name));
    dialog->setTextEchoMode(QLineEdit::Password);
    connect(dialog, &QInputDialog::textValueSelected, this, [this, wanted = *profile](const QString& password) {
        m_secrets.keep(text(wanted.name), password, false);
        reopen(wanted, password);
    });
    dialog->open();
}

void ProfileOpener::reopen(const Profile& profile, const QString& password)
{
    m_bridge.submit(ClosePool{profile.name}, this,
                    [this, profile, password](const CommandOutcome&) { submit(profile, password); });
}

} // namespace lifeguard
