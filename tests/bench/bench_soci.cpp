// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/bench_main.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

namespace lifeguard::bench {

namespace {

// SOCI's pool. It opens nothing by itself and mends nothing.
class SociPool {
  public:
    class Held {
      public:
        Held() = default;
        Held(soci::connection_pool& pool, std::size_t at) : m_pool(&pool), m_at(at) {}
        Held(Held&& other) noexcept : m_pool(std::exchange(other.m_pool, nullptr)), m_at(other.m_at) {}
        ~Held()
        {
            if (m_pool != nullptr)
                m_pool->give_back(m_at);
        }
        bool holds() const { return m_pool != nullptr; }
        PGconn* link() const
        {
            return static_cast<soci::postgresql_session_backend*>(m_pool->at(m_at).get_backend())->conn_;
        }

      private:
        soci::connection_pool* m_pool = nullptr;
        std::size_t m_at = 0;
    };

    static constexpr const char* kName = "soci";
    static constexpr bool kPools = true;

    explicit SociPool(const Setup& setup) : m_pool(static_cast<std::size_t>(setup.connections))
    {
        for (int n = 0; n < setup.connections && !setup.withoutServer; ++n)
            m_pool.at(static_cast<std::size_t>(n)).open(soci::postgresql, setup.conninfo);
    }

    void fill() {}
    Held acquire(Patience patience)
    {
        if (!patience)
            return {m_pool, m_pool.lease()};
        std::size_t at = 0;
        if (!m_pool.try_lease(at, static_cast<int>(patience->count())))
            return {};
        return {m_pool, at};
    }
    static bool holds(const Held& held) { return held.holds(); }
    static std::string whyNot(const Held&) { return "no connection came free in time"; }
    void select(Held& held) { selectOne(held.link()); }
    void selectPrepared(Held& held) { bench::selectPrepared(held.link()); }
    int backend(Held& held) { return PQbackendPID(held.link()); }

  private:
    soci::connection_pool m_pool;
};

} // namespace

} // namespace lifeguard::bench

int main(int argc, char** argv)
{
    return lifeguard::bench::benchMain<lifeguard::bench::SociPool>(argc, argv);
}
