// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/bench_main.h"

namespace lifeguard::bench {

namespace {

// The pool that everybody writes first: a mutex, a condition variable and a stack of connections. It mends nothing.
class PlainPool {
  public:
    class Held {
      public:
        Held() = default;
        Held(PlainPool& pool, Link link) : m_pool(&pool), m_link(std::move(link)) {}
        Held(Held&& other) noexcept : m_pool(std::exchange(other.m_pool, nullptr)), m_link(std::move(other.m_link)) {}
        ~Held()
        {
            if (m_pool != nullptr)
                m_pool->release(std::move(m_link));
        }
        bool holds() const { return m_pool != nullptr; }
        PGconn* link() const { return m_link.get(); }

      private:
        PlainPool* m_pool = nullptr;
        Link m_link;
    };

    static constexpr const char* kName = "plain";
    static constexpr bool kPools = true;

    explicit PlainPool(const Setup& setup)
    {
        for (int n = 0; n < setup.connections; ++n)
            m_idle.push_back(setup.withoutServer ? Link() : connectTo(setup.conninfo));
    }

    void fill() {}
    Held acquire(Patience patience)
    {
        std::unique_lock lock(m_mutex);
        const auto anyIdle = [this] { return !m_idle.empty(); };
        if (!patience)
            m_free.wait(lock, anyIdle);
        else if (!m_free.wait_for(lock, *patience, anyIdle))
            return {};
        Link link = std::move(m_idle.back());
        m_idle.pop_back();
        return {*this, std::move(link)};
    }
    static bool holds(const Held& held) { return held.holds(); }
    static std::string whyNot(const Held&) { return "no connection came free in time"; }
    void select(Held& held) { selectOne(held.link()); }
    void selectPrepared(Held& held) { bench::selectPrepared(held.link()); }
    int backend(Held& held) { return PQbackendPID(held.link()); }

  private:
    void release(Link link)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_idle.push_back(std::move(link));
        }
        m_free.notify_one();
    }

    std::mutex m_mutex; // guards m_idle
    std::condition_variable m_free;
    std::vector<Link> m_idle;
};

} // namespace

} // namespace lifeguard::bench

int main(int argc, char** argv)
{
    return lifeguard::bench::benchMain<lifeguard::bench::PlainPool>(argc, argv);
}
