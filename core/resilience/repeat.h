// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"

namespace lifeguard {

// Whether a transaction that failed with this error may be done again as a whole, without a risk of doing it twice.
// `commitSent`: the order to commit had left when it failed. Then a link that broke says nothing about the outcome, and
// only the server's own answer that it rolled back (40001, 40P01) counts. Pure: any thread, no state.
bool safeToRepeat(const DatabaseError& error, bool commitSent);

} // namespace lifeguard
