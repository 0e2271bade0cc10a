// SPDX-License-Identifier: Apache-2.0
#include "core/pool/thread_lease.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace lifeguard {

namespace {

// The outermost ones of this thread, one for each pool, the newest first. Its address tells threads apart.
constinit thread_local ThreadLease* outermost = nullptr;

[[noreturn]] void misuse(const char* sentence)
{
    std::fprintf(stderr, "lifeguard: %s\n", sentence);
    std::abort();
}

} // namespace

ThreadLease::ThreadLease(Pool& pool, std::string holder, std::optional<std::chrono::milliseconds> timeout,
                         SourceLocation where)
    : m_thread(&outermost), m_pool(pool.m_core.get())
{
    for (ThreadLease* each = outermost; each != nullptr; each = each->m_next)
        if (each->m_pool == m_pool) {
            m_owner = each;
            m_around = std::exchange(each->m_innermost, this);
            return;
        }
    m_result.emplace(pool.acquire(std::move(holder), timeout, where));
    if (m_result->has_value()) {
        m_owner = this;
        m_next = std::exchange(outermost, this);
    }
}

ThreadLease::~ThreadLease()
{
    if (m_owner == nullptr)
        return;
    ThreadLease& acquired = owner();
    if (acquired.m_innermost != this)
        misuse("a thread lease ended before one that was made in its scope");
    if (&acquired != this) {
        acquired.m_innermost = m_around;
        if (m_deadline != TimePoint::max())
            acquired.applyDeadlines();
        return;
    }
    ThreadLease** link = &outermost;
    while (*link != this)
        link = &(*link)->m_next;
    *link = m_next;
}

ThreadLease& ThreadLease::owner() const
{
    if (m_thread != &outermost)
        misuse("a thread lease was used by another thread than the one that made it");
    if (m_owner == nullptr)
        misuse("a thread lease was used that had got no connection");
    return *m_owner;
}

const AcquireError& ThreadLease::error() const
{
    if (m_owner != nullptr)
        misuse("a thread lease with a connection was asked for its error");
    return m_result->error();
}

const Lease& ThreadLease::lease() const
{
    return **owner().m_result;
}

bool ThreadLease::shares() const
{
    return &owner() != this;
}

void ThreadLease::setDeadline(TimePoint deadline)
{
    ThreadLease& acquired = owner();
    m_deadline = deadline;
    acquired.applyDeadlines();
}

void ThreadLease::applyDeadlines()
{
    TimePoint earliest = TimePoint::max();
    for (const ThreadLease* each = m_innermost; each != nullptr; each = each->m_around)
        earliest = std::min(earliest, each->m_deadline);
    (*m_result)->setDeadline(earliest);
}

void ThreadLease::discard()
{
    (*owner().m_result)->discard();
}

} // namespace lifeguard
