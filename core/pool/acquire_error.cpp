// SPDX-License-Identifier: Apache-2.0
#include "core/pool/acquire_error.h"

#include "core/base/duration_text.h"
#include "core/pool/diagnosis.h"
#include "core/resilience/error_class.h"

namespace lifeguard {

namespace {

std::string reasonText(const AcquireError& error)
{
    switch (error.reason) {
    case AcquireFailure::Timeout:
        return "no connection within the time-out";
    case AcquireFailure::CircuitOpen:
        return "the circuit is open: the server is being left alone after repeated failures";
    case AcquireFailure::Stopped:
        return "the pool can't connect, and no retry can mend it";
    case AcquireFailure::Exhausted:
        return "every attempt to connect failed";
    case AcquireFailure::ShuttingDown:
        return "the pool is shut down";
    }
    return {};
}

} // namespace

std::string describe(const AcquireError& error)
{
    return reasonText(error) + " (waited " + durationText(error.waited) + "; active " + std::to_string(error.active)
           + ", idle " + std::to_string(error.idle) + ", waiting " + std::to_string(error.waiting) + ", "
           + std::to_string(error.total()) + " of " + std::to_string(error.maxSize) + " connections). "
           + diagnose(error);
}

std::string_view messageForUsers(const AcquireError& error)
{
    if (error.reason == AcquireFailure::ShuttingDown)
        return messageForUsers(DatabaseError{ErrorSign::Cancelled, {}, {}, {}});
    if (error.lastError)
        return messageForUsers(*error.lastError);
    return "All places are taken just now, since many people are at work. Please try again in a moment.";
}

} // namespace lifeguard
