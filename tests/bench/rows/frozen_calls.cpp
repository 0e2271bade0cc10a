// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/frozen_calls.h"

#include <algorithm>

namespace lifeguard::bench {

namespace {

std::optional<double> milliseconds(std::optional<BenchClock::duration> duration)
{
    if (!duration)
        return std::nullopt;
    return std::chrono::duration<double, std::milli>(*duration).count();
}

} // namespace

FrozenCalls::FrozenCalls(int callers)
    : allHold(callers)
    , halfHold(callers / 2)
    , ready(callers + 1)
    , go(callers + 1)
    , m_calls(static_cast<std::size_t>(callers))
{
}

void FrozenCalls::noteFresh(int backend)
{
    const std::lock_guard lock(m_mutex);
    m_fresh.push_back(backend);
}

void FrozenCalls::begin(int caller)
{
    const std::lock_guard lock(m_mutex);
    m_calls[static_cast<std::size_t>(caller)].began = BenchClock::now();
}

void FrozenCalls::noteBackend(int caller, int backend)
{
    const std::lock_guard lock(m_mutex);
    m_calls[static_cast<std::size_t>(caller)].backend = backend;
}

void FrozenCalls::end(int caller, std::string error)
{
    {
        const std::lock_guard lock(m_mutex);
        Call& call = m_calls[static_cast<std::size_t>(caller)];
        call.took = BenchClock::now() - call.began;
        call.error = std::move(error);
        ++m_ended;
    }
    m_over.notify_one();
}

std::string FrozenCalls::jsonOf(const Call& call) const
{
    const bool fresh = std::find(m_fresh.begin(), m_fresh.end(), call.backend) != m_fresh.end();
    Metrics json;
    json.addJson("connection", jsonText(call.backend == 0 ? "none" : fresh ? "fresh" : "idle"));
    json.add("ms", milliseconds(call.took));
    json.addJson("error", call.error.empty() ? "null" : jsonText(call.error));
    return json.json();
}

Metrics FrozenCalls::finish()
{
    std::unique_lock lock(m_mutex);
    m_over.wait_for(lock, kGiveUp, [this] { return m_ended == static_cast<int>(m_calls.size()); });
    std::string all;
    BenchClock::duration longest{0};
    for (const Call& call : m_calls) {
        all += (all.empty() ? "" : ",") + jsonOf(call);
        longest = std::max(longest, call.took.value_or(BenchClock::duration{0}));
    }
    const bool hung = m_ended < static_cast<int>(m_calls.size());
    Metrics metrics;
    metrics.add("max_ms", hung ? std::nullopt : milliseconds(longest));
    metrics.add("hung", static_cast<double>(m_calls.size()) - m_ended);
    metrics.addJson("ops", "[" + all + "]");
    return metrics;
}

} // namespace lifeguard::bench
