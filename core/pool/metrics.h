// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/pool_snapshot.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lifeguard {

// One figure of a pool for a monitoring system. Named by OpenTelemetry's semantic conventions for database client
// connections where they have a name (https://opentelemetry.io/docs/specs/semconv/database/database-metrics/,
// "db.client.connection.*"), else "lifeguard.pool.*". A value.
struct Metric {
    enum class Kind { Gauge, Counter, Histogram };

    std::string name;
    Kind kind = Kind::Gauge;
    std::string unit; // of UCUM, as OpenTelemetry has it: "{connection}", "s"
    std::vector<std::pair<std::string, std::string>> attributes{};
    double value = 0;                     // of a histogram: how many durations are in it
    std::optional<Histogram> durations{}; // of a histogram; `unit` "s" is what an exporter turns them into
};

// All of them. `pool`: for the attribute db.client.connection.pool.name.
std::vector<Metric> metricsOf(const std::string& pool, const PoolSnapshot& snapshot, const PoolHistograms& histograms);

} // namespace lifeguard
