// SPDX-License-Identifier: Apache-2.0
#include "core/pool/pool.h"

#include "core/pool/pool_core.h"

#include <cstdio>
#include <cstdlib>

namespace lifeguard {

namespace {

[[noreturn]] void misuse(const std::string& sentence)
{
    std::fprintf(stderr, "lifeguard: %s\n", sentence.c_str());
    std::abort();
}

void requireUsable(const PoolSetup& setup)
{
    if (!setup.connector)
        misuse("pool \"" + setup.name + "\" was made without a connector");
    for (const OptionProblem& problem : validate(setup.options))
        misuse("pool \"" + setup.name + "\": option " + problem.field + " " + problem.message);
}

} // namespace

Pool::Pool(PoolSetup setup)
{
    requireUsable(setup);
    m_core = std::make_shared<PoolCore>(std::move(setup));
    m_core->start();
}

Pool::~Pool()
{
    m_core->shutdown();
}

const std::string& Pool::name() const
{
    return m_core->name();
}

PoolOptions Pool::options() const
{
    return m_core->options();
}

tl::expected<Lease, AcquireError> Pool::acquire(std::string holder, std::optional<std::chrono::milliseconds> timeout,
                                                SourceLocation where)
{
    return m_core->watched() ? m_core->acquireWatched(std::move(holder), {timeout}, where)
                             : m_core->acquire(std::move(holder), {timeout}, where);
}

tl::expected<Lease, AcquireError> Pool::acquireUntil(std::string holder, TimePoint latest, SourceLocation where)
{
    return m_core->watched() ? m_core->acquireWatched(std::move(holder), {{}, latest}, where)
                             : m_core->acquire(std::move(holder), {{}, latest}, where);
}

void Pool::softReset(const std::string& by)
{
    m_core->reset(false, by);
}

void Pool::hardReset(const std::string& by)
{
    m_core->reset(true, by);
}

std::vector<OptionProblem> Pool::resize(int minSize, int maxSize, const std::string& by)
{
    return m_core->resize(minSize, maxSize, by);
}

void Pool::suspend(const std::string& by)
{
    m_core->suspend(by);
}

void Pool::resume(const std::string& by)
{
    m_core->resume(by);
}

bool Pool::shutdown()
{
    return m_core->shutdown();
}

bool Pool::asleep() const
{
    return m_core->asleep();
}

PoolHistograms Pool::histograms() const
{
    return m_core->histograms();
}

PoolSnapshot Pool::snapshot() const
{
    PoolSnapshot snapshot = m_core->snapshot();
    for (LeakSuspect& suspect : snapshot.leakSuspects)
        suspect.statement = m_core->statementOf(suspect.backendPid);
    return snapshot;
}

} // namespace lifeguard
