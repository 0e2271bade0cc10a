// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_watch.h"

#include <chrono>

namespace lifeguard {

using namespace std::chrono_literals;

namespace {

constexpr auto kBetweenLooks = 2ms;
constexpr auto kPatience = 30s; // a frozen server's watch waits until it is thawed

} // namespace

SessionWatch::SessionWatch(const std::string& superuser, std::string application)
    : m_connector(superuser, {"watch", {}, 0ms}), m_application(std::move(application)), m_thread([this] { run(); })
{
}

SessionWatch::~SessionWatch()
{
    {
        const std::lock_guard lock(m_mutex);
        m_over = true;
        m_ended.notify_all();
    }
    m_thread.join();
}

int SessionWatch::most() const
{
    const std::lock_guard lock(m_mutex);
    return m_most;
}

std::string SessionWatch::atMost() const
{
    const std::lock_guard lock(m_mutex);
    return m_atMost;
}

int SessionWatch::now() const
{
    const std::lock_guard lock(m_mutex);
    return m_now;
}

int SessionWatch::looks() const
{
    const std::lock_guard lock(m_mutex);
    return m_looks;
}

TimePoint SessionWatch::connectedAt() const
{
    const std::lock_guard lock(m_mutex);
    return m_connectedAt;
}

void SessionWatch::run()
{
    std::unique_ptr<PostgresSession> session;
    while (!m_over) {
        if (!session) {
            if (auto opened = m_connector.openPostgres(Clock::now() + kPatience, m_over))
                session = std::move(*opened);
            const std::lock_guard lock(m_mutex);
            if (session)
                m_connectedAt = Clock::now();
        }
        if (session)
            look(*session);
        if (session && session->lost())
            session.reset();
        std::unique_lock lock(m_mutex);
        m_ended.wait_for(lock, kBetweenLooks, [this] { return m_over.load(); });
    }
}

void SessionWatch::look(PostgresSession& session)
{
    const auto rows =
        session.run("SELECT count(*), string_agg(concat_ws(' ', pid, state, wait_event, query), '; ' ORDER BY pid)"
                    " FROM pg_stat_activity WHERE application_name = $1",
                    {m_application}, Clock::now() + kPatience);
    if (!rows)
        return;
    const std::lock_guard lock(m_mutex);
    ++m_looks;
    m_now = std::stoi(textAt(*rows, 0, 0));
    if (m_now > m_most) {
        m_most = m_now;
        m_atMost = textAt(*rows, 0, 1);
    }
}

} // namespace lifeguard
