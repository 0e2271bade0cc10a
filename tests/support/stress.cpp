// SPDX-License-Identifier: Apache-2.0
#include "tests/support/stress.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace lifeguard {

using namespace std::chrono_literals;

std::chrono::milliseconds stressTime(std::chrono::milliseconds usual)
{
    const char* const seconds = std::getenv("LIFEGUARD_STRESS_SECONDS");
    return seconds == nullptr ? usual : std::chrono::milliseconds{std::chrono::seconds{std::atoi(seconds)}};
}

std::uint64_t stressSeed()
{
    const char* const given = std::getenv("LIFEGUARD_STRESS_SEED");
    const std::uint64_t seed = given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
    std::printf("LIFEGUARD_STRESS_SEED=%llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    return seed;
}

int threadsOfThisProcess()
{
    int count = 0;
    for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task"))
        ++count;
    return count;
}

StressCallers::StressCallers(Pool& pool, int count, std::uint64_t seed, Use use) : m_pool(pool), m_use(std::move(use))
{
    for (int i = 0; i < count; ++i)
        m_threads.emplace_back([this, mine = seed * 1'000 + static_cast<std::uint64_t>(i)] { run(mine); });
}

StressCallers::~StressCallers()
{
    stop();
}

void StressCallers::stop()
{
    m_stop = true;
    for (std::thread& thread : m_threads)
        thread.join();
    m_threads.clear();
}

void StressCallers::run(std::uint64_t seed)
{
    Dice dice(seed);
    while (!m_stop) {
        // One in four gives up at once or nearly so: its lease may arrive as it leaves.
        const auto timeout = dice.oneIn(4) ? std::chrono::milliseconds{dice.below(3)} : 2'000ms;
        const int cuts = m_cuts;
        auto lease = m_pool.acquire(dice.oneIn(2) ? "stress" : "", timeout);
        if (!lease) {
            ++m_failures;
            if (lease.error().reason == AcquireFailure::ShuttingDown && !m_shutdown)
                complain("a caller was refused by a shutdown that had not begun");
            dice.pause(200us);
            continue;
        }
        noteLease();
        std::atomic<bool>& held = m_held[lease->connection().value % kMarks];
        if (held.exchange(true))
            complain("a connection was lent to two callers at once");
        const bool limited = dice.oneIn(8);
        if (limited)
            lease->setDeadline(Clock::now() + std::chrono::microseconds{dice.below(3'000)});
        if (limited && dice.oneIn(2))
            waitToBeCut(*lease);
        else
            hold(*lease, dice);
        if (!limited && lease->wasCut() && cuts % 2 == 0 && cuts == m_cuts)
            complain("a lease without a deadline was cut, and nobody had asked for it");
        held = false; // before it goes back
    }
}

void StressCallers::hold(Lease& lease, Dice& dice)
{
    const bool sound = m_use(lease, dice);
    if (!sound || dice.oneIn(20))
        lease.discard();
    if (dice.oneIn(10)) { // through another hand
        Lease moved = std::move(lease);
        lease = std::move(moved);
    }
}

void StressCallers::waitToBeCut(const Lease& lease)
{
    const TimePoint begin = Clock::now();
    while (!lease.wasCut()) {
        if (Clock::now() - begin > 20s)
            return complain("a lease was not cut at its deadline");
        std::this_thread::sleep_for(100us);
    }
    ++m_cutSeen;
}

std::optional<Lease> StressCallers::acquireWhenWell()
{
    std::string why;
    for (const TimePoint end = Clock::now() + 20s; Clock::now() < end;) {
        m_pool.softReset("stress");
        auto lease = m_pool.acquire("last", 2s);
        if (lease) {
            ++m_leases;
            return std::move(*lease);
        }
        ++m_failures;
        why = describe(lease.error());
    }
    complain("there is no trouble any more, but no lease: " + why);
    return std::nullopt;
}

void StressCallers::noteLease()
{
    ++m_leases;
    const Duration::rep now = Clock::now().time_since_epoch().count();
    const Duration::rep drought = now - m_lastLease.exchange(now);
    Duration::rep longest = m_drought;
    while (drought > longest && !m_drought.compare_exchange_weak(longest, drought))
        ;
}

std::chrono::milliseconds StressCallers::longestDrought() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Duration{m_drought});
}

std::string StressCallers::complaint() const
{
    const std::lock_guard lock(m_mutex);
    return m_complaint;
}

void StressCallers::complain(const std::string& sentence)
{
    const std::lock_guard lock(m_mutex);
    if (m_complaint.empty())
        m_complaint = sentence;
}

std::string strangeIn(const PoolSnapshot& look, int largest)
{
    if (look.total() > largest)
        return std::to_string(look.total()) + " connections in a pool of " + std::to_string(largest);
    const std::uint64_t there = static_cast<std::uint64_t>(look.active + look.idle + look.closing);
    if (look.opened - look.closedInAll() != there)
        return "opened " + std::to_string(look.opened) + ", closed " + std::to_string(look.closedInAll()) + ", there "
               + std::to_string(there);
    return {};
}

} // namespace lifeguard
