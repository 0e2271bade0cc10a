// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/events/event.h"
#include "core/registration/test_registration.h"

#include <optional>
#include <string>

namespace lifeguard {

// Turns the results of one pool's test registrations into few events: a failure is told at once, unless one was told
// within the last seconds, and is counted then; what passed is told once a minute. A plain value: whoever owns it locks
// it.
class RegistrationTally {
  public:
    static constexpr std::chrono::seconds kFailureSpacing{2};
    static constexpr std::chrono::seconds kSummaryInterval{60};

    RegistrationTally(std::string pool, TimePoint now) : m_pool(std::move(pool)), m_summaryAt(now + kSummaryInterval) {}

    // Takes a result in; an event when a failure is to be told now.
    std::optional<Event> record(const RegistrationResult& result, TimePoint now);

    // The summary, when it is due and there is anything to tell.
    std::optional<Event> summary(TimePoint now);

  private:
    const std::string m_pool;
    TimePoint m_summaryAt;
    TimePoint m_quietUntil{};
    int m_passed = 0;
    int m_failed = 0;
    int m_untold = 0; // failures since the one that was told
};

} // namespace lifeguard
