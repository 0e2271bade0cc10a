// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/traffic.h"

#include "core/base/thread_name.h"
#include "core/postgres/registration_steps.h"
#include "core/registration/run_test_registration.h"

#include <random>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTimeout{4'000};      // of one registration: people don't wait longer for a page
constexpr milliseconds kBetween{60};         // from one registration of a user to the next, on the average
constexpr milliseconds kOffWork{250};        // how often a user who isn't wanted looks again
constexpr milliseconds kAfterFailure{1'000}; // a user tries again, but not at once

milliseconds around(milliseconds middle)
{
    thread_local std::minstd_rand generator{std::random_device{}()};
    std::uniform_real_distribution<double> share(0.5, 1.5);
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(middle.count()) * share(generator)));
}

std::unique_ptr<RegistrationSteps> stepsFor(Session& session)
{
    return std::make_unique<PostgresRegistrationSteps>(static_cast<PostgresSession&>(session));
}

} // namespace

Traffic::Traffic(Fleet& fleet, TrafficPlan plan)
    : m_fleet(fleet), m_plan(std::move(plan)), m_tally(m_plan.pool, Clock::now())
{
    for (int user = 0; user < mostUsers(m_plan.wave); ++user)
        m_users.emplace_back([this, user] { work(user); });
}

Traffic::~Traffic()
{
    stop();
    for (std::thread& user : m_users)
        user.join();
}

void Traffic::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
}

bool Traffic::pause(milliseconds duration)
{
    std::unique_lock lock(m_mutex);
    return !m_wake.wait_for(lock, duration, [this] { return m_stop; });
}

bool Traffic::atWork(int user) const
{
    return user < usersAt(m_plan.wave, std::chrono::duration_cast<milliseconds>(Clock::now() - m_start));
}

void Traffic::work(int user)
{
    nameThisThread("lg-user-" + m_plan.pool);
    milliseconds next = around(kOffWork);
    while (pause(next)) {
        next = around(kOffWork);
        const std::shared_ptr<Pool> pool = atWork(user) ? m_fleet.pool(m_plan.pool) : nullptr;
        if (!pool)
            continue;
        const RegistrationResult result = runTestRegistration(
            {*pool, stepsFor, "sign-up " + std::to_string(user + 1), kTimeout, around(m_plan.think)});
        next = around(result.passed ? kBetween : kAfterFailure);
        record(result, *pool);
    }
}

void Traffic::record(const RegistrationResult& result, Pool& pool)
{
    // A pool that is being closed fails its callers on purpose: not worth telling.
    const PoolState state = result.passed ? PoolState::Running : pool.snapshot().state;
    if (state == PoolState::ShuttingDown || state == PoolState::Closed)
        return;
    std::optional<Event> failure;
    std::optional<Event> summary;
    {
        const std::lock_guard lock(m_mutex);
        const TimePoint now = Clock::now();
        failure = m_tally.record(result, now);
        summary = m_tally.summary(now);
    }
    for (std::optional<Event>* event : {&failure, &summary})
        if (*event)
            m_fleet.journal().append(std::move(**event));
}

} // namespace lifeguard
