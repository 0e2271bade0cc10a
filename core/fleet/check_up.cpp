// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/check_up.h"

namespace lifeguard {

namespace {

std::optional<Proxy> proxyOf(const Profile& profile, const Target& target)
{
    const std::optional<Proxy> known = proxyAt(target.server);
    return !known && profile.preset == Preset::Serverless ? kServerless : known;
}

} // namespace

CheckUp::CheckUp(const Profile& profile, const Target& target, std::shared_ptr<const TimeSource> time,
                 std::shared_ptr<Journal> journal)
    : m_pool(profile.name)
    , m_options(profile.options)
    , m_proxy(proxyOf(profile, target))
    , m_time(std::move(time))
    , m_journal(std::move(journal))
{
}

void CheckUp::visit(Surroundings around)
{
    around.proxy = m_proxy;
    for (const ConfigurationWarning& warning : examine(m_options, around)) {
        if (!m_told.insert(warning.code).second)
            continue;
        Event event;
        event.at = m_time->wallNow();
        event.pool = m_pool;
        event.kind = EventKind::ConfigurationWarning;
        event.severity = Severity::Warning;
        event.text = warning.text;
        event.detail = warning.advice + " (" + std::string(warning.code) + ")";
        m_journal->append(std::move(event));
    }
}

} // namespace lifeguard
