// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_commands.h"

#include "core/postgres/conninfo.h"
#include "widgets/dialogs/connect_dialog.h"
#include "widgets/dialogs/registration_dialog.h"
#include "widgets/dialogs/reset_dialog.h"
#include "widgets/dialogs/resize_dialog.h"
#include "widgets/words.h"

namespace lifeguard {

WindowCommands::WindowCommands(Bridge& bridge, ProfileStore& profiles, ProfileOpener& opener, QWidget* window)
    : QObject(window), m_bridge(bridge), m_profiles(profiles), m_opener(opener), m_window(window)
{
}

void WindowCommands::connectToDatabase(const FleetSnapshot& snapshot)
{
    editProfile({}, snapshot);
}

void WindowCommands::editProfile(const Profile& profile, const FleetSnapshot& snapshot)
{
    auto* dialog = new ConnectDialog(m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setProfile(profile);
    QStringList taken;
    for (const PoolView& view : snapshot.pools)
        if (view.kind == PoolKind::Managed)
            taken << text(view.name);
    dialog->setTakenNames(taken);
    connect(dialog, &ConnectDialog::testRequested, this,
            [this, dialog](const Profile& wanted, const QString& password) {
                m_bridge.submit(TestConnection{wanted, password.toStdString()}, dialog,
                                [dialog](const CommandOutcome& outcome) { dialog->showTestOutcome(outcome); });
            });
    connect(dialog, &QDialog::accepted, this, [this, dialog] { accept(*dialog); });
    m_opener.secrets().check(dialog, [dialog](const QString& why) { dialog->setKeyringProblem(why); });
    dialog->open();
}

void WindowCommands::accept(const ConnectDialog& dialog)
{
    const Profile profile = dialog.profile();
    const auto parameters = parseConnection(profile.connection);
    if (!parameters) { // before it is saved: the string may hold a password
        Q_EMIT failed(text(parameters.error().message));
        return;
    }
    QString error;
    if (!m_profiles.save(profile, &error))
        Q_EMIT failed(error);
    else if (!m_profiles.problem().isEmpty())
        Q_EMIT done(m_profiles.problem());
    m_opener.open(profile, dialog.password(), dialog.rememberPassword());
}

void WindowCommands::tell(const CommandOutcome& outcome)
{
    QStringList lines{text(outcome.summary)};
    if (!outcome.advice.empty())
        lines << text(outcome.advice);
    if (!outcome.ended.empty())
        lines << endReportWords(outcome.ended);
    if (outcome.ok)
        Q_EMIT done(lines.join(QLatin1Char('\n')));
    else
        Q_EMIT failed(lines.join(QLatin1Char('\n')));
}

void WindowCommands::submit(const Command& command)
{
    m_bridge.submit(command, this, [this](const CommandOutcome& outcome) { tell(outcome); });
}

void WindowCommands::resetPool(const PoolView& view, ResetKind kind)
{
    auto* dialog = new ResetDialog(view, kind, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { submit(dialog->command()); });
    dialog->open();
}

void WindowCommands::resizePool(const PoolView& view)
{
    auto* dialog = new ResizeDialog(view, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { submit(dialog->command()); });
    dialog->open();
}

void WindowCommands::suspendPool(const PoolView& view)
{
    const QString name = text(view.name);
    const QString words =
        tr("%1 lends no connection until it is resumed, so that its server can be restarted or moved. "
           "%2 idle connections are closed now, %3 leased ones when they come back. Callers wait, at "
           "most until their time-outs.")
            .arg(name)
            .arg(view.idle())
            .arg(view.active());
    auto* dialog = new ConfirmDialog({tr("Suspend %1").arg(name), words, tr("Suspend"),
                                      view.environment == Environment::Production ? name : QString()},
                                     m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, key = view.key] {
        submit(SuspendPool{key, dialog->reason().toStdString()});
    });
    dialog->open();
}

void WindowCommands::resumePool(const PoolView& view)
{
    submit(ResumePool{view.key, {}}); // harms nobody, so nothing is asked
}

void WindowCommands::registerTestUser(const PoolView& view)
{
    startRegistration(text(view.key), text(view.name));
}

void WindowCommands::startRegistration(const QString& key, const QString& name)
{
    if (!m_registration) {
        m_registration = new RegistrationDialog(m_window);
        m_registration->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_registration, &RegistrationDialog::runRequested, this,
                [this](const QString& again) { startRegistration(m_registrationKey, again); });
    }
    m_registrationKey = key;
    m_registration->showRunning(name);
    m_registration->show();
    m_registration->raise();
    m_bridge.submit(RunTestRegistration{key.toStdString()}, m_registration, [this](const CommandOutcome& outcome) {
        if (outcome.registration)
            m_registration->showResult(*outcome.registration);
        else
            m_registration->showFailure(text(outcome.summary), text(outcome.advice));
    });
}

void WindowCommands::runHealthChecks(const QString& key)
{
    submit(RunHealthChecks{key.toStdString()});
}

void WindowCommands::closePool(const PoolView& view)
{
    submit(ClosePool{view.key});
}

} // namespace lifeguard
