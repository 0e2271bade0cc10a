// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool.h"
#include "core/registration/registration_steps.h"
#include "core/registration/test_registration.h"

#include <functional>
#include <memory>

namespace lifeguard {

struct RegistrationSetup {
    Pool& pool;
    std::function<std::unique_ptr<RegistrationSteps>(Session&)> stepsFor;
    std::string holder = "test registration";  // of the lease
    std::chrono::milliseconds timeout{10'000}; // for the whole
    std::chrono::milliseconds think{
        0}; // pause while the lease is held, as a user's request would; the demo's traffic uses it
    const TimeSource* time = nullptr; // SystemTime when empty
};

// Registers a synthetic user through the pool, end to end, and rolls it back. Blocks the calling thread until its
// deadline at most. The transaction is rolled back on every path; a connection that can't be is discarded.
RegistrationResult runTestRegistration(const RegistrationSetup& setup);

} // namespace lifeguard
