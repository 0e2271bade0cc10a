// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/strong_id.h"
#include "core/pool/session.h"

#include <chrono>
#include <utility>

namespace lifeguard {

class PoolCore;
class Slot;

// A connection lent to one caller. When it dies the connection goes back to the pool, cleaned, or is closed. One thread
// at a time; it may be handed to another. Using a moved-from lease aborts with a sentence.
class [[nodiscard]] Lease {
  public:
    // Only a pool has the key.
    class Key {
        friend class PoolCore;
        Key() = default;
    };
    Lease(Key /*key*/, PoolCore& core, Slot& slot, std::chrono::nanoseconds waited, std::chrono::nanoseconds validated)
        : m_core(&core), m_slot(&slot), m_waited(waited), m_validated(validated)
    {
    }
    Lease(Lease&& other) noexcept
        : m_core(other.m_core)
        , m_slot(std::exchange(other.m_slot, nullptr))
        , m_waited(other.m_waited)
        , m_validated(other.m_validated)
        , m_discard(other.m_discard)
    {
    }
    Lease& operator=(Lease&& other) noexcept;
    ~Lease()
    {
        if (m_slot != nullptr)
            std::move(*this).release();
    }

    Session& session() const;
    ConnectionId connection() const;

    // From the call of acquire() to the lease, and the part of it that was spent on validating the connection.
    std::chrono::nanoseconds waited() const { return m_waited; }
    std::chrono::nanoseconds validated() const { return m_validated; }

    // Whoever waits for the server beyond this moment gets an error: the pool cuts the connection and closes it. Any
    // thread may look at it meanwhile, so the work itself may block in a library that knows no time-outs.
    void setDeadline(TimePoint deadline);

    // Whether the pool has cut the connection: at the deadline, or for a hard reset or shutdown.
    bool wasCut() const;

    // The connection will be closed rather than lent again.
    void discard() { m_discard = true; }

    // Gives it back before its death: `std::move(lease).release()`, so that a use after it is one after a move, which
    // linters see; at run time it aborts with a sentence.
    void release() &&;

  private:
    PoolCore* m_core; // lives at least until its last lease is back
    Slot* m_slot;     // null when released or moved from
    std::chrono::nanoseconds m_waited;
    std::chrono::nanoseconds m_validated;
    bool m_discard = false;
};

} // namespace lifeguard
