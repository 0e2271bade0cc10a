// SPDX-License-Identifier: Apache-2.0
#include "core/pool/metrics.h"

namespace lifeguard {

namespace {

class List {
  public:
    explicit List(const std::string& pool) : m_pool(pool) {}

    Metric& add(Metric::Kind kind, std::string name, std::string unit, double value)
    {
        m_metrics.push_back(
            {std::move(name), kind, std::move(unit), {{"db.client.connection.pool.name", m_pool}}, value});
        return m_metrics.back();
    }
    Metric& gauge(std::string name, std::string unit, int value)
    {
        return add(Metric::Kind::Gauge, std::move(name), std::move(unit), value);
    }
    Metric& counter(std::string name, std::string unit, std::uint64_t value)
    {
        return add(Metric::Kind::Counter, std::move(name), std::move(unit), static_cast<double>(value));
    }
    void histogram(std::string name, const Histogram& durations)
    {
        add(Metric::Kind::Histogram, std::move(name), "s", static_cast<double>(durations.count())).durations =
            durations;
    }
    std::vector<Metric> take() { return std::move(m_metrics); }

  private:
    const std::string m_pool;
    std::vector<Metric> m_metrics;
};

const char* const kConnection = "{connection}";

} // namespace

std::vector<Metric> metricsOf(const std::string& pool, const PoolSnapshot& snapshot, const PoolHistograms& histograms)
{
    List list(pool);
    list.gauge("db.client.connection.count", kConnection, snapshot.idle)
        .attributes.emplace_back("db.client.connection.state", "idle");
    list.gauge("db.client.connection.count", kConnection, snapshot.active)
        .attributes.emplace_back("db.client.connection.state", "used");
    list.gauge("db.client.connection.idle.max", kConnection, snapshot.maxSize);
    list.gauge("db.client.connection.idle.min", kConnection, snapshot.minSize);
    list.gauge("db.client.connection.max", kConnection, snapshot.maxSize);
    list.gauge("db.client.connection.pending_requests", "{request}", snapshot.waiting);
    list.counter("db.client.connection.timeouts", "{timeout}", snapshot.timedOut);
    list.histogram("db.client.connection.create_time", histograms.opened);
    list.histogram("db.client.connection.wait_time", snapshot.acquireLatency);
    list.histogram("db.client.connection.use_time", histograms.held);

    list.histogram("lifeguard.pool.validation_time", histograms.validated);
    list.gauge("lifeguard.pool.opening", kConnection, snapshot.opening);
    list.gauge("lifeguard.pool.closing", kConnection, snapshot.closing);
    list.gauge("lifeguard.pool.leak_suspects", "{lease}", static_cast<int>(snapshot.leakSuspects.size()));
    list.gauge("lifeguard.pool.circuit_open", "1", snapshot.circuit == CircuitState::Closed ? 0 : 1);
    list.gauge("lifeguard.pool.asleep", "1", snapshot.asleep ? 1 : 0);
    list.counter("lifeguard.pool.acquired", "{lease}", snapshot.acquired);
    list.counter("lifeguard.pool.failed", "{request}", snapshot.failed);
    list.counter("lifeguard.pool.opened", kConnection, snapshot.opened);
    list.counter("lifeguard.pool.open_failed", "{attempt}", snapshot.openFailed);
    list.counter("lifeguard.pool.retried", "{attempt}", snapshot.retried);
    list.counter("lifeguard.pool.recreated", "{time}", snapshot.recreated);
    list.counter("lifeguard.pool.left_open", "{lease}", snapshot.leftOpen);
    for (std::size_t i = 0; i < kCloseReasons; ++i)
        list.counter("lifeguard.pool.closed", kConnection, snapshot.closed[i])
            .attributes.emplace_back("lifeguard.pool.close_reason", std::string(nameOf(static_cast<CloseReason>(i))));
    return list.take();
}

} // namespace lifeguard
