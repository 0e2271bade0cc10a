// SPDX-License-Identifier: Apache-2.0
#include "core/pool/diagnosis.h"

#include "core/base/duration_text.h"
#include "core/resilience/error_class.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

// A name that isn't found may be the resolver's hiccup at first; when it lasts, it is wrong or gone.
constexpr std::chrono::minutes kNameMayBeWrongAfter{1};

// Above this a time of day alone would not say which day.
constexpr std::chrono::hours kDateAfter{12};

std::string leased(const PoolFacts& facts)
{
    return std::to_string(facts.active) + " of " + std::to_string(facts.maxSize) + " leased";
}

std::string oldest(const PoolFacts& facts)
{
    if (facts.oldestLease == milliseconds{0})
        return {};
    return ", the oldest for " + durationText(facts.oldestLease)
           + (facts.oldestHolder.empty() ? "" : " by " + facts.oldestHolder);
}

std::string waiters(const PoolFacts& facts)
{
    if (facts.waiting == 0)
        return {};
    if (facts.waiting == 1)
        return "; 1 waits, for " + durationText(facts.oldestWait);
    return "; " + std::to_string(facts.waiting) + " wait, the longest for " + durationText(facts.oldestWait);
}

std::string timeOfDay(const PoolFacts& facts)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(facts.downSince);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const char* format = facts.at - facts.troubleSince < kDateAfter ? "%H:%M:%S" : "%F %H:%M:%S";
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

// "attempt 7 in 3.2 s", or nothing where none has failed.
std::string attempt(const PoolFacts& facts)
{
    if (facts.attempt == 0)
        return {};
    const std::string which = "attempt " + std::to_string(facts.attempt + 1);
    if (facts.opening > 0)
        return which + " under way";
    if (facts.nextAttemptAt == TimePoint::max())
        return which + " when a caller comes";
    if (facts.nextAttemptAt <= facts.at)
        return which + " now";
    return which + " in " + durationText(facts.nextAttemptAt - facts.at);
}

// What still serves callers while no more can be opened.
std::string rest(const PoolFacts& facts)
{
    if (facts.active + facts.idle == 0)
        return waiters(facts);
    return "; " + std::to_string(facts.active + facts.idle) + " of " + std::to_string(facts.maxSize) + " still serve, "
           + std::to_string(facts.active) + " leased" + oldest(facts) + waiters(facts);
}

std::string stopped(const DatabaseError& error)
{
    return "Stopped: " + std::string(classify(error, Phase::Connect).meaning) + " (" + describe(error) + ")";
}

// It answers, but lets nobody in; what says that it isn't there yet doesn't count.
bool refuses(const DatabaseError& error)
{
    const Cause cause = classify(error, Phase::Connect).cause;
    return error.sign == ErrorSign::Server && cause != Cause::Interrupted && cause != Cause::Restarting
           && cause != Cause::Crashed && cause != Cause::IdleLimit;
}

std::string refusal(const PoolFacts& facts, const std::optional<ServerLoad>& server)
{
    const DatabaseError& error = *facts.lastError;
    const bool counted = error.sqlState == "53300" && server && server->limit > 0;
    const std::string tried = attempt(facts);
    return "The server refuses: "
           + (counted ? error.sqlState + ", " + std::to_string(server->used) + " of " + std::to_string(server->limit)
                            + " in use"
                      : describe(error))
           + (tried.empty() ? "" : "; " + tried);
}

std::string away(const PoolFacts& facts)
{
    const DatabaseError& error = *facts.lastError;
    const std::string tried = attempt(facts);
    std::string text = (tried.empty() ? "Reconnecting since " : "Down since ") + timeOfDay(facts)
                       + (tried.empty() ? "" : ", " + tried) + ": " + describe(error);
    if (error.sign == ErrorSign::NameNotFound && facts.at - facts.troubleSince >= kNameMayBeWrongAfter)
        text += "; the name may be wrong or gone";
    return text;
}

std::string trouble(const PoolFacts& facts, const std::optional<ServerLoad>& server)
{
    if (facts.stopped())
        return stopped(*facts.lastError);
    return refuses(*facts.lastError) ? refusal(facts, server) : away(facts);
}

std::string running(const PoolFacts& facts, const std::optional<ServerLoad>& server)
{
    if (facts.active == facts.maxSize) // whatever the server says, it isn't asked
        return "Full: " + leased(facts) + oldest(facts) + waiters(facts);
    if (facts.asleep)
        return "Asleep: nobody has asked for long; the next caller opens a connection";
    if (facts.lastError)
        return trouble(facts, server) + rest(facts);
    if (facts.waiting > 0 && facts.idle == 0 && facts.opening > 0)
        return "Opening: " + leased(facts) + ", " + std::to_string(facts.opening) + " being opened" + waiters(facts);
    return "Working: " + leased(facts) + (facts.waiting == 0 ? ", nobody waits" : waiters(facts));
}

} // namespace

std::string diagnose(const PoolFacts& facts, const std::optional<ServerLoad>& server)
{
    switch (facts.state) {
    case PoolState::Starting:
        return "Starting";
    case PoolState::Running:
        return running(facts, server);
    case PoolState::Suspended:
        return "Suspended by hand: " + leased(facts) + oldest(facts) + waiters(facts);
    case PoolState::ShuttingDown:
        return "Shutting down: " + std::to_string(facts.active) + " still leased" + oldest(facts);
    case PoolState::Closed:
        break;
    }
    return "Closed";
}

} // namespace lifeguard
