// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/secrets.h"

#include <qt6keychain/keychain.h>

namespace lifeguard {

namespace {

const QString kService = QStringLiteral("lifeguard");

} // namespace

void Secrets::find(const QString& profile, std::function<void(const QString&)> found)
{
    if (const auto known = m_thisRun.constFind(profile); known != m_thisRun.constEnd()) {
        found(*known);
        return;
    }
    auto* job = new QKeychain::ReadPasswordJob(kService, this);
    job->setKey(profile);
    connect(job, &QKeychain::Job::finished, this, [this, job, found = std::move(found)] {
        noteError(job->error(), job->errorString());
        found(job->error() == QKeychain::NoError ? job->textData() : QString());
    });
    job->start();
}

void Secrets::check(QObject* context, std::function<void(const QString&)> told)
{
    auto* job = new QKeychain::ReadPasswordJob(kService, this);
    job->setKey(QStringLiteral(" ")); // no profile's: a name is trimmed. That it isn't found is an answer
    connect(job, &QKeychain::Job::finished, context, [this, job, told = std::move(told)] {
        noteError(job->error(), job->errorString());
        told(m_whyNoKeyring);
    });
    job->start();
}

void Secrets::noteError(int error, const QString& words)
{
    const bool answered = error == QKeychain::NoError || error == QKeychain::EntryNotFound;
    m_whyNoKeyring = answered ? QString() : words;
}

void Secrets::keep(const QString& profile, const QString& password, bool remember)
{
    m_thisRun.insert(profile, password);
    if (!remember)
        return;
    auto* job = new QKeychain::WritePasswordJob(kService, this);
    job->setKey(profile);
    job->setTextData(password);
    connect(job, &QKeychain::Job::finished, this, [this, job, profile] {
        noteError(job->error(), job->errorString());
        if (job->error() != QKeychain::NoError)
            Q_EMIT problem(
                tr("The password of %1 is kept for this run only, since the system's keyring can't be used: %2")
                    .arg(profile, job->errorString()));
    });
    job->start();
}

} // namespace lifeguard
