// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace lifeguard {

// One lease for calls within calls. The outermost of a thread acquires it, those within its scope that ask the same
// pool share it and wait for nothing, and the end of the outermost scope releases it. So a function that needs a
// connection can call another that needs one without a second lease, on which both could wait forever in a pool that is
// full.
//
//     ThreadLease lease(pool, "report");
//     if (!lease)
//         return lease.error();
//     use(lease.session());
//
// It belongs to a scope of the thread that made it: it is neither copied nor moved nor made on the heap, which the
// compiler sees to, and its use by another thread aborts with a sentence. Another thread and another pool have leases
// of their own. What shares a connection shares its transaction, too.
class [[nodiscard]] ThreadLease {
  public:
    // As Pool::acquire(); what they say counts for the outermost alone.
    [[nodiscard]] explicit ThreadLease(Pool& pool, std::string holder = {},
                                       std::optional<std::chrono::milliseconds> timeout = std::nullopt,
                                       SourceLocation where = SourceLocation::current());
    ~ThreadLease(); // in the reverse order of their making, as scopes end; else it aborts with a sentence

    ThreadLease(const ThreadLease&) = delete;
    ThreadLease& operator=(const ThreadLease&) = delete;
    static void* operator new(std::size_t) = delete;
    static void* operator new[](std::size_t) = delete;

    // Whether there is a connection. One that shares always has one, if only one that was cut or lost meanwhile.
    explicit operator bool() const { return m_owner != nullptr; }
    const AcquireError& error() const; // why there is none

    // The rest must not be called without a connection; it aborts with a sentence then.

    Session& session() const { return lease().session(); }
    const Lease& lease() const; // to look at: it can be neither released nor moved from here
    bool shares() const;        // another one around this acquired it

    // As Lease::setDeadline(), until this scope ends. It never outlasts the deadline of a scope around this.
    void setDeadline(TimePoint deadline);

    // The connection will be closed rather than lent again, once the outermost scope has ended.
    void discard();

  private:
    ThreadLease& owner() const; // in the thread that made it
    void applyDeadlines();      // the earliest of all scopes'; of the outermost

    const void* const m_thread; // that made it
    const void* const m_pool;
    std::optional<tl::expected<Lease, AcquireError>> m_result; // unset when it shares
    ThreadLease* m_owner = nullptr;                            // the outermost, which may be this; null without a lease
    ThreadLease* m_innermost = this;                           // of the outermost: the last of those that share
    ThreadLease* m_around = nullptr;         // what it shares with, one scope further out; null for the outermost
    ThreadLease* m_next = nullptr;           // of the outermost: that of another pool in the same thread
    TimePoint m_deadline = TimePoint::max(); // of this scope
};

} // namespace lifeguard
