// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/bench_main.h"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/SessionPool.h>

#include <semaphore>

namespace lifeguard::bench {

namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

std::string valueIn(const Options& options, std::string_view keyword)
{
    for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (option->keyword == keyword && option->val != nullptr)
            return option->val;
    return {};
}

// POCO wants host, port, user and database said, where libpq has defaults, and knows few other keywords.
std::string pocoConninfo(const std::string& conninfo)
{
    const Options given(PQconninfoParse(conninfo.c_str(), nullptr));
    const Options defaults(PQconndefaults());
    std::string words;
    for (const char* keyword : {"host", "port", "user", "password", "dbname"}) {
        std::string value = valueIn(given, keyword);
        if (value.empty())
            value = valueIn(defaults, keyword);
        if (!value.empty())
            words += (words.empty() ? "" : " ") + std::string(keyword) + "=" + value;
    }
    return words;
}

// POCO's pool. Its get() throws when every session is out, so with more threads than connections a semaphore stands
// before it, as an application would have it. Sessions without a server can't be had.
class PocoPool {
  public:
    class Held {
      public:
        Held() = default;
        Held(Poco::Data::Session session, std::counting_semaphore<>* turn) : m_session(std::move(session)), m_turn(turn)
        {
        }
        Held(Held&& other) noexcept
            : m_session(std::move(other.m_session)), m_turn(std::exchange(other.m_turn, nullptr))
        {
            other.m_session.reset();
        }
        ~Held()
        {
            m_session.reset(); // gives it back, before the next one's turn
            if (m_turn != nullptr)
                m_turn->release();
        }
        bool holds() const { return m_session.has_value(); }
        PGconn* link() { return *Poco::Data::PostgreSQL::Utility::handle(*m_session); }

      private:
        std::optional<Poco::Data::Session> m_session;
        std::counting_semaphore<>* m_turn = nullptr;
    };

    static constexpr const char* kName = "poco";
    static constexpr bool kPools = true;

    explicit PocoPool(const Setup& setup)
        : m_turns(setup.connections), m_takesTurns(setup.callers > setup.connections), m_size(setup.connections)
    {
        Poco::Data::PostgreSQL::Connector::registerConnector();
        m_pool.emplace("PostgreSQL", pocoConninfo(setup.conninfo), setup.connections, setup.connections);
    }

    void fill()
    {
        std::vector<Poco::Data::Session> all;
        while (static_cast<int>(all.size()) < m_size)
            all.push_back(get());
    }
    Held acquire(Patience patience)
    {
        if (!m_takesTurns)
            return {get(), nullptr};
        if (!patience)
            m_turns.acquire();
        else if (!m_turns.try_acquire_for(*patience))
            return {};
        try {
            return {get(), &m_turns};
        } catch (const std::exception&) {
            m_turns.release();
            throw;
        }
    }
    static bool holds(const Held& held) { return held.holds(); }
    static std::string whyNot(const Held&) { return "no connection came free in time"; }
    void select(Held& held) { selectOne(held.link()); }
    void selectPrepared(Held& held) { bench::selectPrepared(held.link()); }
    int backend(Held& held) { return PQbackendPID(held.link()); }

  private:
    Poco::Data::Session get()
    {
        try {
            return m_pool->get();
        } catch (const Poco::Exception& error) {
            throw std::runtime_error(error.displayText());
        }
    }

    std::counting_semaphore<> m_turns;
    const bool m_takesTurns;
    const int m_size;
    std::optional<Poco::Data::SessionPool> m_pool;
};

} // namespace

} // namespace lifeguard::bench

int main(int argc, char** argv)
{
    return lifeguard::bench::benchMain<lifeguard::bench::PocoPool>(argc, argv);
}
