// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <optional>
#include <string_view>

namespace lifeguard {

enum class CircuitState {
    Closed,   // the server is tried normally
    Open,     // it is left alone; callers fail at once with the reason
    HalfOpen, // one attempt is under way to see whether it is back
};

std::string_view nameOf(CircuitState state);

// Whether the pool tries the server at all. Pure decisions; its owner locks it and passes the time.
class Circuit {
  public:
    CircuitState state() const { return m_state; }

    // When an open circuit may be tried again; TimePoint::max() while only a person can close it.
    TimePoint retryAt() const { return m_retryAt; }

    // A series of attempts failed: open until `retryAt`.
    void open(TimePoint retryAt);

    // True when an attempt may be made now. An open circuit whose time has come turns half-open.
    bool allow(TimePoint now);

    void succeeded(); // closes it
    void probe();     // a person asks: half-open at once, if it was open

  private:
    CircuitState m_state = CircuitState::Closed;
    TimePoint m_retryAt{};
};

} // namespace lifeguard
