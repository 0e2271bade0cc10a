// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/session.h"

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace lifeguard {

// A server that follows a script: its sessions open, fail, stall and die on order. The test gives the orders, a pool
// uses connector(). Any thread.
class StubServer : public std::enable_shared_from_this<StubServer> {
  public:
    // What a step of a session can be ordered to do.
    enum class Step { Open, Peek, Validate, Clean };

    static std::shared_ptr<StubServer> make(std::shared_ptr<const TimeSource> time = nullptr);

    std::shared_ptr<Connector> connector();

    // From now on the step fails with the error, on every session: `times` times, or until succeed(). Sessions are
    // reusable without cleaning unless it is to fail or to stall.
    void fail(Step step, DatabaseError error, int times = kAlways);
    void succeed(Step step);

    // From now on whoever comes to the step waits, until resume(), until its deadline (then it fails with
    // ErrorSign::Timeout), or until the session is aborted or the open given up.
    void stall(Step step);

    // Every lease's operation is under way and has had so many answers; or none is under way.
    void setAnswersWhileBusy(std::optional<std::uint64_t> answers);
    void resume(Step step);

    // Every session that is open now is dead: peek, validate and clean give the error.
    void killAll(DatabaseError error);
    // The same, for `count` of them, the longest open first.
    void kill(int count, DatabaseError error);

    int live() const;   // sessions that are open now
    int peak() const;   // the most that were open at once, those being opened included
    int opened() const; // sessions opened in all
    int openAttempts() const;
    int calls(Step step) const;
    int stalled(Step step) const; // callers waiting in the step now
    int busyLooks() const;        // calls of answersWhileBusy()
    int aborted() const;          // sessions that were cut

    static constexpr int kAlways = -1;

  private:
    friend class StubSession;
    friend class StubConnector;

    struct Order {
        std::optional<DatabaseError> error;
        int times = 0;
        bool stall = false;
        int waiting = 0;
        int calls = 0;
    };
    struct Life { // of one session; guarded by m_mutex
        std::optional<DatabaseError> dead;
        bool aborted = false;
    };

    explicit StubServer(std::shared_ptr<const TimeSource> time) : m_time(std::move(time)) {}

    Order& order(Step step) { return m_orders[static_cast<std::size_t>(step)]; }
    const Order& order(Step step) const { return m_orders[static_cast<std::size_t>(step)]; }
    std::optional<DatabaseError> perform(Step step, Life* life, TimePoint deadline, const std::atomic<bool>* giveUp);
    std::optional<DatabaseError> waitOut(std::unique_lock<std::mutex>& lock, Step step, const Life* life,
                                         TimePoint deadline, const std::atomic<bool>* giveUp);

    const std::shared_ptr<const TimeSource> m_time;
    mutable std::mutex m_mutex; // guards everything below
    std::condition_variable m_changed;
    std::array<Order, 4> m_orders;
    std::vector<Life*> m_lives; // of the sessions that are open, oldest first
    int m_opening = 0;
    int m_peak = 0;
    int m_opened = 0;
    int m_aborted = 0;
    std::optional<std::uint64_t> m_answersWhileBusy;
    int m_busyLooks = 0;
};

// Errors as a server or a network gives them.
DatabaseError serverError(std::string sqlState, std::string message);
DatabaseError linkLost();

} // namespace lifeguard
