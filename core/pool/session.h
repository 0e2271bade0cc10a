// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace lifeguard {

// What the server said of itself at login.
struct ServerInfo {
    std::string version;  // "15.18"
    int backendPid = 0;   // 0 where it has no meaning (a transaction pooler)
    std::string notice{}; // what is otherwise than asked for, one sentence; the pool tells it once
};

// One database session as the pool sees it: something to test, clean, cut and destroy. One thread at a time uses it,
// except abort(), which any thread may call. Nothing throws.
class Session {
  public:
    virtual ~Session() = default; // closes it, without waiting for the server

    // Looks, without a round trip, whether the server has ended it. Only while idle.
    virtual std::optional<DatabaseError> peek() = 0;

    // One round trip (`SELECT 1`) by `deadline`.
    virtual std::optional<DatabaseError> validate(TimePoint deadline) = 0;

    // After use: whether it can be lent again as it is. Neither waits nor asks the server.
    virtual bool reusable() const = 0;

    // After use, when it isn't reusable: rolls an open transaction back. An error means that the session can't be lent
    // again.
    virtual std::optional<DatabaseError> clean(TimePoint deadline) = 0;

    // Whether clean() has found a transaction that its user had left open, since this was last asked.
    bool foundTransaction() { return std::exchange(m_foundTransaction, false); }

    // Cuts the link at once; whoever waits for an answer gets an error. The server notices and cancels the work.
    virtual void abort() = 0;

    // While an operation is under way: how many answers the server has given until now. Any thread.
    virtual std::optional<std::uint64_t> answersWhileBusy() const = 0;

    virtual ServerInfo server() const = 0;

  protected:
    bool m_foundTransaction = false; // set by clean()
};

// Opens sessions. Several threads (the openers of the pool) use it at a time.
class Connector {
  public:
    virtual ~Connector() = default;

    // Opens one by `deadline`; gives up early, with ErrorSign::Cancelled, when `giveUp` turns true.
    virtual tl::expected<std::unique_ptr<Session>, DatabaseError> open(TimePoint deadline,
                                                                       const std::atomic<bool>& giveUp) = 0;
};

} // namespace lifeguard
