// SPDX-License-Identifier: GPL-3.0-or-later
// What a snapshot of a large pool costs, and acquire and release without a query, beside a plain pool (mutex and
// condition variable, no accounting) and the floor (a pair of atomic exchanges), in one run: compare by ratio, since
// times differ from machine to machine. A second thread is parked throughout, for glibc leaves atomics out of a process
// with one thread.
#include "core/pool/pool.h"

#include <benchmark/benchmark.h>

#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace lifeguard;

namespace {

class NoSession final : public Session {
  public:
    std::optional<DatabaseError> peek() override { return std::nullopt; }
    std::optional<DatabaseError> validate(TimePoint) override { return std::nullopt; }
    bool reusable() const override { return true; }
    std::optional<DatabaseError> clean(TimePoint) override { return std::nullopt; }
    void abort() override {}
    std::optional<std::uint64_t> answersWhileBusy() const override { return std::nullopt; }
    ServerInfo server() const override { return {}; }
};

class NoConnector final : public Connector {
  public:
    tl::expected<std::unique_ptr<Session>, DatabaseError> open(TimePoint, const std::atomic<bool>&) override
    {
        return std::make_unique<NoSession>();
    }
};

constexpr int kConnections = 4;
constexpr int kLarge = 100;
constexpr double kSnapshotGoal = 1'000.0; // ns, of a pool of kLarge: a console of 100 pools spends 0.04 % of a core

PoolSetup setupOf(int size)
{
    PoolSetup setup;
    setup.name = "bench";
    setup.options.minSize = size;
    setup.options.maxSize = size;
    setup.connector = std::make_shared<NoConnector>();
    return setup;
}

Pool& lifeguardPool()
{
    static Pool pool(setupOf(kConnections));
    return pool;
}

// Full, with half of it leased by callers who gave their names.
class LargePool {
  public:
    LargePool()
    {
        for (int i = 0; i < kLarge; ++i)
            m_leases.push_back(pool.acquire("GET /orders"));
        m_leases.erase(m_leases.begin(), m_leases.begin() + kLarge / 2);
    }

    Pool pool{setupOf(kLarge)};

  private:
    std::vector<tl::expected<Lease, AcquireError>> m_leases; // dies before the pool
};

// The pool that everybody writes first.
class PlainPool {
  public:
    int acquire()
    {
        std::unique_lock lock(m_mutex);
        m_free.wait(lock, [this] { return m_idle > 0; });
        return --m_idle;
    }
    void release()
    {
        {
            const std::lock_guard lock(m_mutex);
            ++m_idle;
        }
        m_free.notify_one();
    }

  private:
    std::mutex m_mutex;
    std::condition_variable m_free;
    int m_idle = kConnections;
};

void lifeguardAcquire(benchmark::State& state)
{
    Pool& pool = lifeguardPool();
    for (auto _ : state) {
        auto lease = pool.acquire();
        benchmark::DoNotOptimize(lease);
    }
    state.SetItemsProcessed(state.iterations());
}

void lifeguardSnapshot(benchmark::State& state)
{
    const LargePool large;
    for (auto _ : state)
        benchmark::DoNotOptimize(large.pool.snapshot());
}

void plainAcquire(benchmark::State& state)
{
    static PlainPool pool;
    for (auto _ : state) {
        benchmark::DoNotOptimize(pool.acquire());
        pool.release();
    }
    state.SetItemsProcessed(state.iterations());
}

void atomicFloor(benchmark::State& state)
{
    static std::atomic<int> word{1};
    for (auto _ : state) {
        benchmark::DoNotOptimize(word.exchange(0));
        benchmark::DoNotOptimize(word.exchange(1));
    }
    state.SetItemsProcessed(state.iterations());
}

// The table of the benchmark library, and the ratios after it.
class RatioReporter final : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run>& runs) override
    {
        ConsoleReporter::ReportRuns(runs);
        for (const Run& run : runs)
            if (!run.error_occurred && run.run_type == Run::RT_Iteration)
                m_times[{run.threads, run.run_name.function_name}] = run.GetAdjustedRealTime();
    }

    void Finalize() override
    {
        ConsoleReporter::Finalize();
        if (const auto snapshot = m_times.find({1, "lifeguardSnapshot"}); snapshot != m_times.end())
            std::printf("snapshot of %d connections: %.2f us, goal 1 us: %s\n", kLarge, snapshot->second / 1'000.0,
                        snapshot->second < kSnapshotGoal ? "met" : "missed");
        for (const auto& [key, pool] : m_times) {
            if (key.second != "lifeguardAcquire")
                continue;
            const auto plain = m_times.find({key.first, "plainAcquire"});
            const auto floor = m_times.find({key.first, "atomicFloor"});
            if (plain != m_times.end() && floor != m_times.end())
                std::printf("threads %lld: %.1f times the plain pool, %.1f times the floor\n",
                            static_cast<long long>(key.first), pool / plain->second, pool / floor->second);
        }
    }

  private:
    std::map<std::pair<std::int64_t, std::string>, double> m_times; // by threads and function
};

BENCHMARK(atomicFloor)->ThreadRange(1, 8)->UseRealTime();
BENCHMARK(plainAcquire)->ThreadRange(1, 8)->UseRealTime();
BENCHMARK(lifeguardAcquire)->ThreadRange(1, 8)->UseRealTime();
BENCHMARK(lifeguardSnapshot)->UseRealTime();

} // namespace

int main(int argc, char** argv)
{
    std::mutex mutex;
    std::condition_variable over;
    bool done = false;
    std::thread parked([&] {
        std::unique_lock lock(mutex);
        over.wait(lock, [&] { return done; });
    });
    benchmark::Initialize(&argc, argv);
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    lifeguardPool().shutdown();
    {
        const std::lock_guard lock(mutex);
        done = true;
    }
    over.notify_one();
    parked.join();
    return 0;
}
