// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/circuit.h"

#include <array>

namespace lifeguard {

std::string_view nameOf(CircuitState state)
{
    constexpr std::array<std::string_view, 3> kNames{"closed", "open", "half-open"};
    return kNames[static_cast<std::size_t>(state)];
}

void Circuit::open(TimePoint retryAt)
{
    m_state = CircuitState::Open;
    m_retryAt = retryAt;
}

bool Circuit::allow(TimePoint now)
{
    if (m_state == CircuitState::Open && now >= m_retryAt)
        m_state = CircuitState::HalfOpen;
    return m_state != CircuitState::Open;
}

void Circuit::succeeded()
{
    m_state = CircuitState::Closed;
    m_retryAt = {};
}

void Circuit::probe()
{
    if (m_state == CircuitState::Open)
        m_state = CircuitState::HalfOpen;
}

} // namespace lifeguard
