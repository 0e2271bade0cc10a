// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database_error.h"
#include "core/base/target.h"
#include "core/fleet/observed_pool.h"
#include "core/fleet/profile.h"
#include "core/health/health.h"
#include "core/pool/doctor.h"
#include "core/pool/session.h"
#include "core/registration/registration_steps.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lifeguard {

struct ConnectionStep;

struct Standby {
    std::string name;
    std::int64_t lagBytes = 0;
    std::chrono::milliseconds lag{0};
    bool known = true; // false: both are hidden from our role, or the standby hasn't told its position yet
};

// One look at a server.
struct ServerActivity {
    TimePoint at{};
    std::chrono::microseconds took{0};
    std::string version; // "15.18"
    int maxConnections = 0;
    int usedConnections = 0;       // client backends, the console's own included
    int ownConnections = 0;        // the console's own
    bool restricted = false;       // our role may not see other users' sessions; they count as used
    bool inRecovery = false;       // a standby
    std::vector<Backend> backends; // client backends without the console's own
    std::vector<Standby> standbys;
    std::map<int, std::string> ownStatements; // by pid: what the console's own run or ran last, the server's first 1 kB
};

// The one monitoring session of a server. One thread uses it at a time. Opens its session when needed; never throws.
class ServerProbe {
  public:
    virtual ~ServerProbe() = default;

    virtual tl::expected<ServerActivity, DatabaseError> sample(TimePoint deadline) = 0;

    // Closes its session, so that the server may sleep; the next look opens one.
    virtual void rest() = 0;

    // Ends backends one by one, each guarded by pid and backend start; never the console's own. A soft reset refuses
    // those that aren't idle any more. One report each, in order.
    virtual tl::expected<std::vector<EndReport>, DatabaseError> end(const std::vector<Backend>& backends,
                                                                    ResetKind kind, TimePoint deadline) = 0;
};

// Asks the three questions that need a connection of their own: connect, validate, write rolled back. One thread at a
// time.
class HealthProbe {
  public:
    virtual ~HealthProbe() = default;
    virtual std::vector<CheckResult> run(TimePoint deadline) = 0;
};

// Everything the fleet needs of a database; core/postgres has the one for PostgreSQL, tests have one that fails on
// order. Any thread.
class Driver {
  public:
    virtual ~Driver() = default;

    // Checks the connection string: unknown options and passwords in it are refused by name (ErrorSign::BadOption).
    virtual tl::expected<Target, DatabaseError> parse(const std::string& connection) const = 0;

    virtual std::shared_ptr<Connector> connector(const Profile& profile, const std::string& password) = 0;
    virtual std::unique_ptr<ServerProbe> serverProbe(const Profile& profile, const std::string& password) = 0;
    virtual std::unique_ptr<HealthProbe> healthProbe(const Profile& profile, const std::string& password) = 0;
    virtual std::unique_ptr<RegistrationSteps> registrationSteps(Session& session) = 0;

    // The server's settings for the profile's role, over a connection of their own.
    virtual tl::expected<ServerFacts, DatabaseError> serverFacts(const Profile& profile, const std::string& password,
                                                                 TimePoint deadline) = 0;

    // Tries a profile step by step (options, name, link, TLS, log in, version, rights), stopping at the first failure.
    // Every step has a line.
    virtual std::vector<ConnectionStep> test(const Profile& profile, const std::string& password,
                                             TimePoint deadline) = 0;
};

} // namespace lifeguard
