// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/command.h"
#include "core/fleet/driver.h"

namespace lifeguard {

// PostgreSQL for the fleet. `applicationName` marks every session of this process, must differ from that of any other,
// and is how its own sessions are told from those that it shows. Any thread.
class PostgresDriver final : public Driver {
  public:
    explicit PostgresDriver(std::string applicationName);

    tl::expected<Target, DatabaseError> parse(const std::string& connection) const override;
    std::shared_ptr<Connector> connector(const Profile& profile, const std::string& password) override;
    std::unique_ptr<ServerProbe> serverProbe(const Profile& profile, const std::string& password) override;
    std::unique_ptr<HealthProbe> healthProbe(const Profile& profile, const std::string& password) override;
    std::unique_ptr<RegistrationSteps> registrationSteps(Session& session) override;
    tl::expected<ServerFacts, DatabaseError> serverFacts(const Profile& profile, const std::string& password,
                                                         TimePoint deadline) override;
    std::vector<ConnectionStep> test(const Profile& profile, const std::string& password, TimePoint deadline) override;

  private:
    const std::string m_applicationName;
};

} // namespace lifeguard
