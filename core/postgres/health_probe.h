// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet/driver.h"
#include "core/postgres/postgres_connector.h"

namespace lifeguard {

// The three questions that need a connection: each round opens one, asks, and closes it.
class PostgresHealthProbe final : public HealthProbe {
  public:
    explicit PostgresHealthProbe(PostgresConnector connector);

    std::vector<CheckResult> run(TimePoint deadline) override;

  private:
    const PostgresConnector m_connector;
    const std::atomic<bool> m_never{false};
};

} // namespace lifeguard
