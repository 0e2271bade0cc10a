// SPDX-License-Identifier: Apache-2.0
#include "core/pool/lease.h"

#include "core/pool/pool_core.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace lifeguard {

Lease::Lease(std::shared_ptr<PoolCore> core, std::size_t slot, ConnectionId connection, Session& session)
    : m_core(std::move(core)), m_slot(slot), m_connection(connection), m_session(&session)
{
}

Lease::Lease(Lease&& other) noexcept
    : m_core(std::move(other.m_core))
    , m_slot(other.m_slot)
    , m_connection(other.m_connection)
    , m_session(std::exchange(other.m_session, nullptr))
    , m_waited(other.m_waited)
    , m_validated(other.m_validated)
    , m_discard(other.m_discard)
{
}

Lease& Lease::operator=(Lease&& other) noexcept
{
    if (this != &other) {
        release();
        m_core = std::move(other.m_core);
        m_slot = other.m_slot;
        m_connection = other.m_connection;
        m_session = std::exchange(other.m_session, nullptr);
        m_waited = other.m_waited;
        m_validated = other.m_validated;
        m_discard = other.m_discard;
    }
    return *this;
}

Lease::~Lease()
{
    release();
}

Session& Lease::session() const
{
    if (m_session == nullptr) {
        std::fputs("lifeguard: a lease was used after it had been released or moved from\n", stderr);
        std::abort();
    }
    return *m_session;
}

void Lease::release()
{
    if (std::exchange(m_session, nullptr) == nullptr)
        return;
    m_core->release(m_slot, m_discard);
    m_core.reset();
}

} // namespace lifeguard
