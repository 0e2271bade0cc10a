// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong_id.h"
#include "core/pool/session.h"

#include <chrono>
#include <cstddef>
#include <memory>

namespace lifeguard {

class PoolCore;

// A connection lent to one caller. When it dies the connection goes back to the pool, cleaned, or is closed. One thread
// at a time; it may be handed to another. Using a moved-from lease aborts with a sentence.
class [[nodiscard]] Lease {
  public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    Session& session() const;
    ConnectionId connection() const { return m_connection; }

    // From the call of acquire() to the lease, and the part of it that was spent on validating the connection.
    std::chrono::nanoseconds waited() const { return m_waited; }
    std::chrono::nanoseconds validated() const { return m_validated; }

    // The connection will be closed rather than lent again.
    void discard() { m_discard = true; }

    void release(); // before its death; the lease is empty then

  private:
    friend class PoolCore;
    Lease(std::shared_ptr<PoolCore> core, std::size_t slot, ConnectionId connection, Session& session);

    std::shared_ptr<PoolCore> m_core;
    std::size_t m_slot = 0;
    ConnectionId m_connection;
    Session* m_session = nullptr;
    std::chrono::nanoseconds m_waited{0};
    std::chrono::nanoseconds m_validated{0};
    bool m_discard = false;
};

} // namespace lifeguard
