// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pool/pool.h"
#include "core/postgres/postgres_connector.h"
#include "tests/bench/rows/bench_main.h"

namespace lifeguard::bench {

namespace {

// A statement's deadline is the caller's to name; this one is the acquire's default as well.
constexpr std::chrono::seconds kStatementPatience{5};

const std::string kOperation = "SELECT 1";

class StubSession final : public Session {
  public:
    std::optional<DatabaseError> peek() override { return std::nullopt; }
    std::optional<DatabaseError> validate(TimePoint) override { return std::nullopt; }
    bool reusable() const override { return true; }
    std::optional<DatabaseError> clean(TimePoint) override { return std::nullopt; }
    void abort() override {}
    std::optional<std::uint64_t> answersWhileBusy() const override { return std::nullopt; }
    ServerInfo server() const override { return {}; }
};

class StubConnector final : public Connector {
  public:
    tl::expected<std::unique_ptr<Session>, DatabaseError> open(TimePoint, const std::atomic<bool>&) override
    {
        return std::make_unique<StubSession>();
    }
};

PoolSetup poolSetup(const Setup& setup)
{
    PoolSetup pool;
    pool.name = "bench";
    pool.options.minSize = setup.connections;
    pool.options.maxSize = setup.connections;
    if (setup.withoutServer)
        pool.connector = std::make_shared<StubConnector>();
    else
        pool.connector = std::make_shared<PostgresConnector>(
            setup.conninfo, SessionSettings{"lifeguard-bench", {}, pool.options.statementTimeout});
    return pool;
}

// With its default options but for the size.
class LifeguardPool {
  public:
    using Held = tl::expected<Lease, AcquireError>;
    static constexpr const char* kName = "lifeguard";
    static constexpr bool kPools = true;

    explicit LifeguardPool(const Setup& setup) : m_pool(poolSetup(setup)) {}

    void fill()
    {
        const auto deadline = BenchClock::now() + std::chrono::seconds(30);
        while (m_pool.snapshot().idle < m_pool.options().maxSize) {
            if (BenchClock::now() > deadline)
                throw std::runtime_error("the pool did not fill: " + lastError());
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
    }
    Held acquire(Patience patience) { return m_pool.acquire({}, patience); }
    static bool holds(const Held& held) { return held.has_value(); }
    static std::string whyNot(const Held& held) { return describe(held.error()); }
    void select(Held& held) { require(postgresSession(*held).run(kOperation, {}, Clock::now() + kStatementPatience)); }
    void selectPrepared(Held& held)
    {
        require(postgresSession(*held).runPrepared(kOperation, {}, Clock::now() + kStatementPatience));
    }
    int backend(Held& held) { return held->session().server().backendPid; }

  private:
    static void require(const tl::expected<PgResult, DatabaseError>& result)
    {
        if (!result)
            throw std::runtime_error(result.error().message);
    }
    std::string lastError() const
    {
        const auto error = m_pool.snapshot().lastError;
        return error ? error->message : "no error";
    }

    Pool m_pool;
};

} // namespace

} // namespace lifeguard::bench

int main(int argc, char** argv)
{
    return lifeguard::bench::benchMain<lifeguard::bench::LifeguardPool>(argc, argv);
}
