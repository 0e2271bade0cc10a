// SPDX-License-Identifier: Apache-2.0
#include "tests/support/stub_session.h"

#include <algorithm>
#include <limits>

namespace lifeguard {

class StubSession final : public Session {
  public:
    StubSession(std::shared_ptr<StubServer> server, int pid) : m_server(std::move(server)), m_pid(pid)
    {
        m_server->m_lives.push_back(&m_life); // the connector holds the lock
    }

    ~StubSession() override
    {
        const std::lock_guard lock(m_server->m_mutex);
        std::erase(m_server->m_lives, &m_life);
        m_server->m_changed.notify_all();
    }

    std::optional<DatabaseError> peek() override
    {
        return m_server->perform(StubServer::Step::Peek, &m_life, TimePoint::max(), nullptr);
    }

    std::optional<DatabaseError> validate(TimePoint deadline) override
    {
        return m_server->perform(StubServer::Step::Validate, &m_life, deadline, nullptr);
    }

    bool reusable() const override
    {
        const std::lock_guard lock(m_server->m_mutex);
        const StubServer::Order& clean = m_server->order(StubServer::Step::Clean);
        return !clean.error && !clean.stall && !m_life.dead && !m_life.aborted;
    }

    std::optional<DatabaseError> clean(TimePoint deadline) override
    {
        return m_server->perform(StubServer::Step::Clean, &m_life, deadline, nullptr);
    }

    void abort() override
    {
        const std::lock_guard lock(m_server->m_mutex);
        m_server->m_aborted += m_life.aborted ? 0 : 1;
        m_life.aborted = true;
        m_server->m_changed.notify_all();
    }

    std::optional<std::uint64_t> answersWhileBusy() const override
    {
        const std::lock_guard lock(m_server->m_mutex);
        ++m_server->m_busyLooks;
        return m_server->m_answersWhileBusy;
    }

    ServerInfo server() const override { return {"15.0", m_pid}; }

  private:
    const std::shared_ptr<StubServer> m_server;
    const int m_pid;
    StubServer::Life m_life;
};

class StubConnector final : public Connector {
  public:
    explicit StubConnector(std::shared_ptr<StubServer> server) : m_server(std::move(server)) {}

    tl::expected<std::unique_ptr<Session>, DatabaseError> open(TimePoint deadline,
                                                               const std::atomic<bool>& giveUp) override
    {
        {
            const std::lock_guard lock(m_server->m_mutex);
            ++m_server->m_opening;
            m_server->m_peak =
                std::max(m_server->m_peak, m_server->m_opening + static_cast<int>(m_server->m_lives.size()));
        }
        std::optional<DatabaseError> error = m_server->perform(StubServer::Step::Open, nullptr, deadline, &giveUp);
        const std::lock_guard lock(m_server->m_mutex);
        --m_server->m_opening;
        if (error)
            return tl::unexpected(std::move(*error));
        return std::make_unique<StubSession>(m_server, 1'000 + ++m_server->m_opened);
    }

  private:
    const std::shared_ptr<StubServer> m_server;
};

std::shared_ptr<StubServer> StubServer::make(std::shared_ptr<const TimeSource> time)
{
    if (!time)
        time = std::make_shared<SystemTime>();
    return std::shared_ptr<StubServer>(new StubServer(std::move(time)));
}

std::shared_ptr<Connector> StubServer::connector()
{
    return std::make_shared<StubConnector>(shared_from_this());
}

void StubServer::fail(Step step, DatabaseError error, int times)
{
    const std::lock_guard lock(m_mutex);
    order(step).error = std::move(error);
    order(step).times = times;
}

void StubServer::succeed(Step step)
{
    const std::lock_guard lock(m_mutex);
    order(step).error.reset();
}

void StubServer::stall(Step step)
{
    const std::lock_guard lock(m_mutex);
    order(step).stall = true;
}

void StubServer::setAnswersWhileBusy(std::optional<std::uint64_t> answers)
{
    const std::lock_guard lock(m_mutex);
    m_answersWhileBusy = answers;
}

void StubServer::resume(Step step)
{
    const std::lock_guard lock(m_mutex);
    order(step).stall = false;
    m_changed.notify_all();
}

void StubServer::killAll(DatabaseError error)
{
    kill(std::numeric_limits<int>::max(), std::move(error));
}

void StubServer::kill(int count, DatabaseError error)
{
    const std::lock_guard lock(m_mutex);
    for (Life* life : m_lives)
        if (count > 0 && !life->dead) {
            life->dead = error;
            --count;
        }
}

std::optional<DatabaseError> StubServer::perform(Step step, Life* life, TimePoint deadline,
                                                 const std::atomic<bool>* giveUp)
{
    std::unique_lock lock(m_mutex);
    Order& now = order(step);
    ++now.calls;
    m_changed.notify_all();
    if (std::optional<DatabaseError> error = waitOut(lock, step, life, deadline, giveUp))
        return error;
    if (life != nullptr && life->aborted)
        return linkLost();
    if (life != nullptr && life->dead)
        return life->dead;
    if (!now.error)
        return std::nullopt;
    DatabaseError error = *now.error;
    if (now.times != kAlways && --now.times <= 0)
        now.error.reset();
    return error;
}

std::optional<DatabaseError> StubServer::waitOut(std::unique_lock<std::mutex>& lock, Step step, const Life* life,
                                                 TimePoint deadline, const std::atomic<bool>* giveUp)
{
    Order& now = order(step);
    std::optional<DatabaseError> error;
    ++now.waiting;
    while (now.stall && !error && !(life != nullptr && life->aborted)) {
        // giveUp can't be waited for, so it is looked at every millisecond, as a real connector's poll loop does.
        m_changed.wait_for(lock, std::chrono::milliseconds{1});
        if (giveUp != nullptr && giveUp->load())
            error = DatabaseError{ErrorSign::Cancelled, {}, "given up", {}};
        else if (m_time->now() >= deadline)
            error = DatabaseError{ErrorSign::Timeout, {}, "no answer in time", {}};
    }
    --now.waiting;
    return error;
}

int StubServer::live() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_lives.size());
}

int StubServer::peak() const
{
    const std::lock_guard lock(m_mutex);
    return m_peak;
}

int StubServer::opened() const
{
    const std::lock_guard lock(m_mutex);
    return m_opened;
}

int StubServer::openAttempts() const
{
    return calls(Step::Open);
}

int StubServer::calls(Step step) const
{
    const std::lock_guard lock(m_mutex);
    return order(step).calls;
}

int StubServer::stalled(Step step) const
{
    const std::lock_guard lock(m_mutex);
    return order(step).stall ? order(step).waiting : 0;
}

int StubServer::busyLooks() const
{
    const std::lock_guard lock(m_mutex);
    return m_busyLooks;
}

int StubServer::aborted() const
{
    const std::lock_guard lock(m_mutex);
    return m_aborted;
}

DatabaseError serverError(std::string sqlState, std::string message)
{
    return {ErrorSign::Server, std::move(sqlState), std::move(message), {}};
}

DatabaseError linkLost()
{
    return {ErrorSign::LinkLost, {}, "server closed the connection unexpectedly", {}};
}

} // namespace lifeguard
