// SPDX-License-Identifier: Apache-2.0
#include "core/health/hysteresis.h"

#include <algorithm>

namespace lifeguard {

namespace {

enum class Side { Better, Worse, Unknown };

Side sideOf(HealthStatus answer, HealthStatus verdict)
{
    if (answer == HealthStatus::Unknown)
        return Side::Unknown;
    return answer < verdict ? Side::Better : Side::Worse; // Ok < Degraded < Failing
}

HealthStatus nearerOf(HealthStatus one, HealthStatus other, Side side)
{
    return side == Side::Better ? std::max(one, other) : std::min(one, other);
}

} // namespace

bool Hysteresis::record(HealthStatus answer)
{
    if (answer == m_verdict) {
        m_pending.reset();
        return false;
    }
    if (m_verdict == HealthStatus::Unknown) {
        m_verdict = answer;
        return true;
    }
    const Side side = sideOf(answer, m_verdict);
    if (!m_pending || sideOf(*m_pending, m_verdict) != side) {
        m_pending = answer;
        return false;
    }
    m_verdict = nearerOf(*m_pending, answer, side);
    // An answer beyond the new verdict is the first step of the next move.
    m_pending = answer == m_verdict ? std::nullopt : std::optional(answer);
    return true;
}

} // namespace lifeguard
