// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"

#include <chrono>

namespace lifeguard {

// How soon a failed connect may be tried again.
enum class Pace {
    Quick, // asking costs next to nothing: nothing listens there, or the server is starting up. Or it pays all the
           // same: a standby that is asked whether it is the primary now is promoted within seconds
    Exponential, // asking costs a login, or hurts a server that is in trouble already
};

Pace paceOf(const DatabaseError& error);

// The delay between quick attempts when they have failed for `failing`, the last time with this error: at first short
// enough that a restart is noticed before a person would, then such that nobody notices them. Where each costs a login,
// it is never less than that is worth.
std::chrono::milliseconds quickDelay(const DatabaseError& error, Duration failing);

} // namespace lifeguard
