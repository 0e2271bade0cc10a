// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"
#include "core/postgres/transaction.h"

#include <atomic>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lifeguard {

// Sessions of the pools under test have this application name.
inline constexpr const char* kFaultApplication = "faults";

// How one operation ended, as its caller saw it.
struct Outcome {
    bool leased = false;
    std::optional<DatabaseError> error;  // of the statement, or what ended the call
    std::optional<AcquireError> refused; // the pool gave no connection
    std::chrono::milliseconds took{0};
    TimePoint endedAt{};

    bool ok() const { return leased && !error; }
};
std::string describe(const Outcome& outcome);

// A pool whose server is going to have a bad time. Keeps what it tells and counts what its callers got, so that the
// numbers can be compared at the end. Any thread may call.
class FaultPool {
  public:
    FaultPool(const std::string& connection, const PoolOptions& options, const std::string& password = {});
    FaultPool(std::shared_ptr<Connector> connector, const PoolOptions& options);

    // Acquire, one statement in libpqxx, release; all of it by the time-out.
    Outcome operate(const std::string& sql, std::chrono::milliseconds timeout);

    // The same through transaction() and run(), with their repeats.
    Outcome inTransaction(const std::string& sql, std::chrono::milliseconds timeout);
    Outcome inAutocommit(const std::string& sql, std::chrono::milliseconds timeout);

    std::vector<Event> events(EventKind kind) const;
    int count(EventKind kind) const { return static_cast<int>(events(kind).size()); }

    // Whether these happened one after the other, whatever came between.
    bool happenedInOrder(std::initializer_list<EventKind> kinds) const;
    std::string story() const; // all events with their times, a line each

    // What doesn't add up, in words; empty when all does. Once no lease is out and nothing is being closed.
    std::string imbalance() const;

  private:
    template <typename Call> Outcome called(const Call& call, std::chrono::milliseconds timeout);
    int told(EventKind kind) const;

    mutable std::mutex m_mutex; // guards m_events
    std::vector<Event> m_events;
    std::atomic<std::uint64_t> m_leases{0};
    std::atomic<std::uint64_t> m_refused{0};

  public:
    std::unique_ptr<Pool> pool; // last: it dies first, while the events can still be taken
};

// Threads that use a pool without a pause.
class Traffic {
  public:
    Traffic(FaultPool& pool, int threads, const std::string& sql, std::chrono::milliseconds timeout);
    ~Traffic() { stop(); }

    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    void stop(); // returns once the last operation has ended

    int succeeded() const;
    int succeededSince(TimePoint since) const;
    std::vector<Outcome> failures() const;
    std::optional<TimePoint> firstSuccessSince(TimePoint since) const;
    std::chrono::milliseconds longest() const;

  private:
    std::atomic<bool> m_over{false};
    mutable std::mutex m_mutex; // guards m_outcomes
    std::vector<Outcome> m_outcomes;
    std::vector<std::thread> m_threads;
};

} // namespace lifeguard
