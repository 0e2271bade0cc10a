// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/bench_main.h"

namespace lifeguard::bench {

namespace {

// The floor: every thread has a raw connection of its own, and opens it anew when it is lost.
class RawConnections {
  public:
    class Held {
      public:
        explicit Held(PGconn* link) : m_link(link) {}
        PGconn* link() const { return m_link; }

      private:
        PGconn* m_link;
    };

    static constexpr const char* kName = "raw";
    static constexpr bool kPools = false;

    explicit RawConnections(const Setup& setup)
    {
        for (int n = 0; n < setup.connections; ++n)
            m_links.push_back(connectTo(setup.conninfo));
    }

    void fill() {}
    Held acquire(Patience)
    {
        PGconn* link = own();
        if (PQstatus(link) != CONNECTION_OK)
            PQreset(link);
        return Held(link);
    }
    static bool holds(const Held& held) { return PQstatus(held.link()) == CONNECTION_OK; }
    static std::string whyNot(const Held& held) { return PQerrorMessage(held.link()); }
    void select(Held& held) { selectOne(held.link()); }
    void selectPrepared(Held& held) { bench::selectPrepared(held.link()); }
    int backend(Held& held) { return PQbackendPID(held.link()); }

  private:
    PGconn* own()
    {
        thread_local PGconn* t_own = nullptr; // there is one set of connections in the process
        if (t_own == nullptr)
            t_own = m_links.at(m_taken++ % m_links.size()).get();
        return t_own;
    }

    std::vector<Link> m_links;
    std::atomic<std::size_t> m_taken{0};
};

} // namespace

} // namespace lifeguard::bench

int main(int argc, char** argv)
{
    return lifeguard::bench::benchMain<lifeguard::bench::RawConnections>(argc, argv);
}
