// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace lifeguard {

// What a stress test draws its decisions from. One thread at a time.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : m_engine(seed) {}

    int below(int end) { return std::uniform_int_distribution<int>{0, end - 1}(m_engine); }
    bool oneIn(int n) { return below(n) == 0; }

    // A pause is part of the load, not a wait for something to happen.
    void pause(std::chrono::microseconds atMost)
    {
        std::this_thread::sleep_for(std::chrono::microseconds{below(static_cast<int>(atMost.count()) + 1)});
    }

  private:
    std::mt19937_64 m_engine;
};

// LIFEGUARD_STRESS_SECONDS, or `usual`.
std::chrono::milliseconds stressTime(std::chrono::milliseconds usual);

// LIFEGUARD_STRESS_SEED, or one of its own; printed, so that a run can be repeated as far as threads allow.
std::uint64_t stressSeed();

int threadsOfThisProcess();

// Callers that acquire, use, cut, discard and release at random, on threads of their own, until stop(). What they see
// against the pool's promises is kept as a sentence.
class StressCallers {
  public:
    // Works with the lease; false when it found the connection broken. Several threads.
    using Use = std::function<bool(Lease&, Dice&)>;

    StressCallers(Pool& pool, int count, std::uint64_t seed, Use use);
    ~StressCallers();

    StressCallers(const StressCallers&) = delete;
    StressCallers& operator=(const StressCallers&) = delete;

    // Around everything that may cut a lease which has no deadline: a hard reset, shutdown.
    class MayCut {
      public:
        explicit MayCut(StressCallers& callers) : m_cuts(callers.m_cuts) { ++m_cuts; }
        ~MayCut() { ++m_cuts; }

        MayCut(const MayCut&) = delete;
        MayCut& operator=(const MayCut&) = delete;

      private:
        std::atomic<int>& m_cuts;
    };

    // When there is no trouble any more: the pool must serve again, at the latest after one of some resets, for what
    // was under way may still have failed. Empty, with a complaint, when it doesn't.
    std::optional<Lease> acquireWhenWell();

    void expectShutdown() { m_shutdown = true; } // before it: callers may be refused from now on
    void stop();                                 // every lease is back when it returns

    std::uint64_t leases() const { return m_leases; }
    std::uint64_t failures() const { return m_failures; }
    std::chrono::milliseconds longestDrought() const; // between one lease and the next, of all callers together
    std::uint64_t cut() const { return m_cutSeen; }   // leases that were cut at their deadline
    std::string complaint() const;                    // the first; empty when there is none
    void complain(const std::string& sentence);

  private:
    void run(std::uint64_t seed);
    void hold(Lease& lease, Dice& dice);
    void waitToBeCut(const Lease& lease);
    void noteLease();

    static constexpr std::size_t kMarks = 4'096; // far more than connections are open at once

    Pool& m_pool;
    const Use m_use;
    std::atomic<bool> m_stop{false};
    std::atomic<bool> m_shutdown{false};
    std::atomic<int> m_cuts{0}; // odd while a cut is under way
    std::atomic<std::uint64_t> m_leases{0};
    std::atomic<std::uint64_t> m_failures{0};
    std::atomic<std::uint64_t> m_cutSeen{0};
    std::atomic<Duration::rep> m_lastLease{Clock::now().time_since_epoch().count()};
    std::atomic<Duration::rep> m_drought{0};
    std::array<std::atomic<bool>, kMarks> m_held{}; // by the connection's number: lent now
    mutable std::mutex m_mutex;                     // guards m_complaint
    std::string m_complaint;
    std::vector<std::thread> m_threads;
};

// What does not add up in one look at a pool that was never larger than `largest`; empty when everything does.
std::string strangeIn(const PoolSnapshot& look, int largest);

} // namespace lifeguard
