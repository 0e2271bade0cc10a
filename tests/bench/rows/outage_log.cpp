// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/outage_log.h"

#include <algorithm>
#include <optional>
#include <thread>

namespace lifeguard::bench {

namespace {

bool contains(const std::vector<int>& backends, int backend)
{
    return std::find(backends.begin(), backends.end(), backend) != backends.end();
}

double unixTime(BenchClock::time_point at)
{
    const auto wall = std::chrono::system_clock::now() + (at - BenchClock::now());
    return std::chrono::duration<double>(wall.time_since_epoch()).count();
}

// When each backend that nobody saw before DOWN first answered anybody, the earliest first.
std::vector<BenchClock::time_point> firstAnswers(const std::vector<OutageLog::Seen>& callers)
{
    std::vector<int> before;
    for (const OutageLog::Seen& seen : callers)
        before.insert(before.end(), seen.before.begin(), seen.before.end());
    std::vector<std::pair<BenchClock::time_point, int>> answers;
    for (const OutageLog::Seen& seen : callers)
        for (const auto& [backend, at] : seen.after)
            if (!contains(before, backend))
                answers.emplace_back(at, backend);
    std::sort(answers.begin(), answers.end());
    std::vector<int> counted;
    std::vector<BenchClock::time_point> firsts;
    for (const auto& [at, backend] : answers)
        if (!contains(counted, backend)) {
            counted.push_back(backend);
            firsts.push_back(at);
        }
    return firsts;
}

} // namespace

void OutageLog::begin()
{
    const std::lock_guard lock(m_mutex);
    m_began = BenchClock::now();
}

void OutageLog::succeed(int backend)
{
    const std::lock_guard lock(m_mutex);
    count();
    if (!m_down.load(std::memory_order_relaxed)) {
        if (!contains(m_seen.before, backend))
            m_seen.before.push_back(backend);
        return;
    }
    const auto same = [backend](const auto& answer) { return answer.first == backend; };
    if (std::none_of(m_seen.after.begin(), m_seen.after.end(), same))
        m_seen.after.emplace_back(backend, BenchClock::now());
}

void OutageLog::fail()
{
    const std::lock_guard lock(m_mutex);
    count();
    ++m_seen.errors;
}

void OutageLog::end()
{
    const std::lock_guard lock(m_mutex);
    m_seen.busy = false;
}

void OutageLog::count()
{
    m_seen.longest = std::max(m_seen.longest, BenchClock::now() - m_began);
}

OutageLog::Seen OutageLog::seen() const
{
    const std::lock_guard lock(m_mutex);
    Seen seen = m_seen;
    if (seen.busy)
        seen.longest = std::max(seen.longest, BenchClock::now() - m_began);
    return seen;
}

OutageLogs::OutageLogs(int count)
{
    for (int n = 0; n < count; ++n)
        callers.emplace_back(isDown);
}

Metrics OutageLogs::finish(std::chrono::milliseconds grace)
{
    stop = true;
    const auto deadline = BenchClock::now() + grace;
    const auto isBusy = [](const OutageLog& log) { return log.seen().busy; };
    while (BenchClock::now() < deadline && std::any_of(callers.begin(), callers.end(), isBusy))
        std::this_thread::sleep_for(std::chrono::milliseconds(1));

    std::vector<OutageLog::Seen> seen;
    for (const OutageLog& log : callers)
        seen.push_back(log.seen());
    double errors = 0;
    double hung = 0;
    BenchClock::duration longest{0};
    for (const OutageLog::Seen& one : seen) {
        errors += static_cast<double>(one.errors);
        hung += one.busy ? 1 : 0;
        longest = std::max(longest, one.longest);
    }
    const auto answers = firstAnswers(seen);
    const auto answer = [&answers](std::size_t nth) -> std::optional<double> {
        if (answers.size() < nth)
            return std::nullopt;
        return unixTime(answers[nth - 1]);
    };
    Metrics metrics;
    metrics.add("errors", errors);
    metrics.add("longest_op_ms", std::chrono::duration<double, std::milli>(longest).count());
    metrics.add("first_success_wall", answer(1));
    metrics.add("all4_back_wall", answer(kConnections));
    metrics.add("hung", hung);
    return metrics;
}

} // namespace lifeguard::bench
