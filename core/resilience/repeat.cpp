// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/repeat.h"

#include "core/resilience/error_class.h"

namespace lifeguard {

bool safeToRepeat(const DatabaseError& error, bool commitSent)
{
    const Repeat repeat = classify(error, Phase::Use).repeat;
    return repeat == Repeat::Again || (repeat == Repeat::BeforeCommit && !commitSent);
}

} // namespace lifeguard
