// SPDX-License-Identifier: Apache-2.0
#include "core/pool/lease.h"

#include "core/pool/pool_core.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace lifeguard {

namespace {

Slot& held(Slot* slot)
{
    if (slot == nullptr) {
        std::fputs("lifeguard: a lease was used after it had been released or moved from\n", stderr);
        std::abort();
    }
    return *slot;
}

} // namespace

Lease& Lease::operator=(Lease&& other) noexcept
{
    if (this != &other) {
        std::move(*this).release();
        m_core = other.m_core;
        m_slot = std::exchange(other.m_slot, nullptr);
        m_waited = other.m_waited;
        m_validated = other.m_validated;
        m_discard = other.m_discard;
    }
    return *this;
}

Session& Lease::session() const
{
    return *held(m_slot).session;
}

ConnectionId Lease::connection() const
{
    return held(m_slot).connection;
}

void Lease::setDeadline(TimePoint deadline)
{
    m_core->setDeadline(held(m_slot), deadline);
}

bool Lease::wasCut() const
{
    return held(m_slot).flagged(SlotFlag::Cut);
}

void Lease::release() &&
{
    if (Slot* const slot = std::exchange(m_slot, nullptr))
        m_core->watched() ? m_core->releaseWatched(*slot, m_discard) : m_core->release(*slot, m_discard);
}

} // namespace lifeguard
