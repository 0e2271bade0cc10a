// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/call.h"

#include "core/base/duration_text.h"
#include "core/postgres/call_loop.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

double random01()
{
    thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(engine);
}

std::string reasonText(const CallError& error)
{
    switch (error.end) {
    case CallEnd::NoConnection:
        return error.acquire ? describe(*error.acquire) : "no connection";
    case CallEnd::Failed:
        return "it failed";
    case CallEnd::AttemptsUsed:
        return "every attempt failed";
    case CallEnd::DeadlinePassed:
        return "the time-out came first";
    case CallEnd::LockHeld:
        return "somebody else held the lock for all the time allowed";
    case CallEnd::OutcomeUnknown:
        return "the outcome is unknown: look before doing it again";
    }
    return {};
}

void refuse(const std::vector<OptionProblem>& problems)
{
    for (const OptionProblem& problem : problems)
        std::fprintf(stderr, "lifeguard: a call's option %s %s\n", problem.field.c_str(), problem.message.c_str());
    std::abort();
}

// What the fault of attempt number `attempt` means for the whole; nothing when it is to be repeated after `pause`.
std::optional<CallEnd> endAfter(const CallFault& fault, int attempt, const CallOptions& options, TimePoint deadline,
                                milliseconds pause)
{
    if (fault.end)
        return fault.end;
    if (Clock::now() >= deadline)
        return CallEnd::DeadlinePassed;
    if (!fault.safe)
        return CallEnd::Failed;
    if (attempt >= options.repeats.attempts)
        return CallEnd::AttemptsUsed;
    if (Clock::now() + pause >= deadline)
        return CallEnd::DeadlinePassed;
    return std::nullopt;
}

} // namespace

std::vector<OptionProblem> validate(const CallOptions& options)
{
    std::vector<OptionProblem> problems;
    const auto require = [&problems](bool holds, const char* field, const char* message) {
        if (!holds)
            problems.push_back({field, message});
    };
    require(options.timeout > milliseconds{0}, "timeout", "must be longer than 0 ms");
    require(options.repeats.attempts >= 1, "repeats.attempts", "must be at least 1");
    require(options.repeats.base > milliseconds{0}, "repeats.base", "must be longer than 0 ms");
    require(options.repeats.cap >= options.repeats.base, "repeats.cap", "must not be below repeats.base");
    require(options.repeats.jitter >= 0 && options.repeats.jitter <= 1, "repeats.jitter", "must be 0 to 1");
    return problems;
}

std::string describe(const CallError& error)
{
    std::string text = reasonText(error);
    if (error.error)
        text += (error.acquire ? "; before that: " : ": ") + describe(*error.error);
    return text + " (" + std::to_string(error.attempts) + (error.attempts == 1 ? " attempt, " : " attempts, ")
           + durationText(error.took) + ")";
}

std::optional<CallError> attemptUntil(TimePoint deadline, Pool& pool, const CallOptions& options,
                                      const CallAttempt& attempt)
{
    if (const auto problems = validate(options); !problems.empty())
        refuse(problems);
    const TimePoint begin = Clock::now();
    CallError error;
    const auto ended = [&error, begin](CallEnd end) {
        error.end = end;
        error.took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
        return error;
    };
    for (;;) {
        auto lease = pool.acquireUntil(options.holder, deadline, options.where);
        if (!lease) {
            error.acquire = lease.error();
            return ended(CallEnd::NoConnection);
        }
        if (Clock::now() >= deadline)
            return ended(CallEnd::DeadlinePassed);
        ++error.attempts;
        lease->setDeadline(deadline); // libpqxx has none of its own
        auto fault = attempt(*lease, deadline);
        if (!fault)
            return std::nullopt;
        std::move(*lease).release();
        error.error = std::move(fault->error);
        const milliseconds pause = backoffDelay(options.repeats, error.attempts, random01());
        if (const auto end = endAfter(*fault, error.attempts, options, deadline, pause))
            return ended(*end);
        if (options.onRepeat)
            options.onRepeat(error.attempts, *error.error, pause);
        std::this_thread::sleep_for(pause);
    }
}

} // namespace lifeguard
