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
    connect(job, &QKeychain::Job::finished, this, [job, found = std::move(found)] {
        found(job->error() == QKeychain::NoError ? job->textData() : QString());
    });
    job->start();
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
        if (job->error() != QKeychain::NoError)
            Q_EMIT problem(
                tr("The password of %1 is kept for this run only, since the system's keyring can't be used: %2")
                    .arg(profile, job->errorString()));
    });
    job->start();
}

} // namespace lifeguard
