// SPDX-License-Identifier: Apache-2.0
#include "core/pool/pool_options.h"

#include <algorithm>
#include <array>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

struct PresetRow {
    Preset preset;
    std::string_view name;
    std::string_view explanation;
};

constexpr std::array kPresets{
    PresetRow{Preset::Default, "default", "1 to 10 connections, patient retries: right for most services."},
    PresetRow{Preset::Serverless, "serverless",
              "1 to 10 connections that are closed before the database suspends, 3 attempts from 0.5 s: for databases "
              "that sleep when nobody asks."},
    PresetRow{Preset::HighConcurrency, "high-concurrency",
              "10 to 100 connections: for many callers on a server whose max_connections allows it."},
};

constexpr std::array<std::string_view, 3> kResets{"none", "rollback", "discard all"};

class Problems {
  public:
    void require(bool holds, std::string field, std::string message)
    {
        if (!holds)
            m_problems.push_back({std::move(field), std::move(message)});
    }

    void positive(milliseconds value, std::string field)
    {
        require(value > milliseconds{0}, std::move(field), "must be longer than 0 ms");
    }

    void notNegative(milliseconds value, std::string field)
    {
        require(value >= milliseconds{0}, std::move(field), "must not be negative");
    }

    std::vector<OptionProblem> take() { return std::move(m_problems); }

  private:
    std::vector<OptionProblem> m_problems;
};

// What can be told without a server: it isn't blank, and libpq would send all of it.
bool isStatement(const std::string& sql)
{
    return sql.find_first_not_of(" \t\r\n;") != std::string::npos && sql.find('\0') == std::string::npos;
}

} // namespace

std::string_view nameOf(ResetOnRelease reset)
{
    return kResets[static_cast<std::size_t>(reset)];
}

std::optional<ResetOnRelease> resetNamed(std::string_view name)
{
    const auto* const found = std::find(kResets.begin(), kResets.end(), name);
    if (found == kResets.end())
        return std::nullopt;
    return static_cast<ResetOnRelease>(found - kResets.begin());
}

std::vector<OptionProblem> validate(const PoolOptions& options)
{
    constexpr int kLargestPool = 10'000; // above any server's useful max_connections
    Problems problems;
    problems.require(options.minSize >= 0, "minSize", "must not be negative");
    problems.require(options.maxSize >= 1 && options.maxSize <= kLargestPool, "maxSize", "must be 1 to 10000");
    problems.require(options.minSize <= options.maxSize, "minSize", "must not be above maxSize");
    problems.positive(options.acquireTimeout, "acquireTimeout");
    problems.positive(options.connectTimeout, "connectTimeout");
    problems.positive(options.validationTimeout, "validationTimeout");
    problems.notNegative(options.statementTimeout, "statementTimeout");
    problems.notNegative(options.lockTimeout, "lockTimeout");
    problems.notNegative(options.idleInTransactionTimeout, "idleInTransactionTimeout");
    problems.positive(options.idleTimeout, "idleTimeout");
    problems.notNegative(options.bypassWindow, "bypassWindow");
    problems.positive(options.maxLifetime, "maxLifetime");
    problems.require(options.lifetimeJitter >= 0 && options.lifetimeJitter < 1, "lifetimeJitter",
                     "must be 0 or more and below 1");
    problems.notNegative(options.keepaliveInterval, "keepaliveInterval");
    problems.notNegative(options.sleepAfter, "sleepAfter");
    problems.positive(options.wakeTimeout, "wakeTimeout");
    problems.notNegative(options.operationTimeout, "operationTimeout");
    problems.positive(options.leakThreshold, "leakThreshold");
    problems.notNegative(options.shutdownTimeout, "shutdownTimeout");
    problems.positive(options.circuitOpenTime, "circuitOpenTime");
    problems.notNegative(options.fairnessBound, "fairnessBound");
    problems.require(options.maxOpening >= 1 && options.maxOpening <= 16, "maxOpening", "must be 1 to 16");
    for (std::size_t i = 0; i < options.sessionSetUp.size(); ++i)
        problems.require(isStatement(options.sessionSetUp[i]), "sessionSetUp[" + std::to_string(i) + "]",
                         "must be a statement of SQL");
    problems.require(options.backoff.attempts >= 1, "backoff.attempts", "must be at least 1");
    problems.positive(options.backoff.base, "backoff.base");
    problems.require(options.backoff.cap >= options.backoff.base, "backoff.cap", "must not be below backoff.base");
    problems.require(options.backoff.jitter >= 0 && options.backoff.jitter <= 1, "backoff.jitter", "must be 0 to 1");
    return problems.take();
}

PoolOptions optionsFor(Preset preset)
{
    PoolOptions options;
    switch (preset) {
    case Preset::Default:
        break;
    case Preset::Serverless:
        options.backoff.attempts = 3;
        options.acquireTimeout = milliseconds{10'000}; // a cold start takes seconds
        options.connectTimeout = milliseconds{10'000};
        options.idleTimeout = milliseconds{120'000};
        options.sleepAfter = milliseconds{120'000}; // they suspend after 5 min without a query
        break;
    case Preset::HighConcurrency:
        options.minSize = 10;
        options.maxSize = 100;
        break;
    }
    return options;
}

std::string_view nameOf(Preset preset)
{
    return kPresets[static_cast<std::size_t>(preset)].name;
}

std::string_view explanationOf(Preset preset)
{
    return kPresets[static_cast<std::size_t>(preset)].explanation;
}

std::optional<Preset> presetNamed(std::string_view name)
{
    const auto row =
        std::find_if(kPresets.begin(), kPresets.end(), [name](const PresetRow& each) { return each.name == name; });
    if (row == kPresets.end())
        return std::nullopt;
    return row->preset;
}

} // namespace lifeguard
