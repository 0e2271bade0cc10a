// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/registration_tally.h"

#include "core/base/duration_text.h"

namespace lifeguard {

std::optional<Event> RegistrationTally::record(const RegistrationResult& result, TimePoint now)
{
    if (result.passed) {
        ++m_passed;
        return std::nullopt;
    }
    ++m_failed;
    if (now < m_quietUntil) {
        ++m_untold;
        return std::nullopt;
    }
    Event event;
    event.pool = m_pool;
    event.kind = EventKind::RegistrationFailed;
    event.severity = Severity::Warning; // the pool is mending what caused it
    event.text = "Test registration failed at "
                 + std::string(result.failedAt ? nameOf(*result.failedAt) : std::string_view("its end")) + " after "
                 + durationText(result.total) + ": " + result.error;
    if (m_untold > 0)
        event.text += " (and " + std::to_string(m_untold) + " more since the last report)";
    event.sqlState = result.sqlState;
    event.count = m_untold + 1;
    event.duration = std::chrono::duration_cast<std::chrono::milliseconds>(result.total);
    m_untold = 0;
    m_quietUntil = now + kFailureSpacing;
    return event;
}

std::optional<Event> RegistrationTally::summary(TimePoint now)
{
    if (now < m_summaryAt)
        return std::nullopt;
    m_summaryAt = now + kSummaryInterval;
    if (m_passed + m_failed == 0)
        return std::nullopt;
    Event event;
    event.pool = m_pool;
    event.kind = m_passed > 0 ? EventKind::RegistrationPassed : EventKind::RegistrationFailed;
    event.severity = m_passed > 0 ? Severity::Info : Severity::Warning;
    event.text = "In the last minute " + std::to_string(m_passed) + " test registrations passed, "
                 + std::to_string(m_failed) + " failed";
    event.count = m_passed + m_failed;
    m_passed = m_failed = m_untold = 0;
    return event;
}

} // namespace lifeguard
