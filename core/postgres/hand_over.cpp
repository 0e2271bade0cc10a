// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/hand_over.h"

#include <sys/socket.h>

namespace lifeguard {

#if PQXX_VERSION_MAJOR >= 7

// libpqxx 7 owns the connection from here, unless this throws.
std::shared_ptr<PqxxConnection> handOver(PgConnection& connection)
{
    auto taken = std::make_shared<pqxx::connection>(pqxx::connection::seize_raw_connection(connection.get()));
    connection.release();
    return taken;
}

#else

namespace {

// libpqxx 6 makes its connections through a policy, and makes them anew without a word when they are lost. This policy
// gives it the one that is open already, and no other. libpqxx gives a lost one up at once, and the session still has
// to say why it was lost: so the session stays its owner.
class HandOverPolicy final : public pqxx::connectionpolicy {
  public:
    explicit HandOverPolicy(PGconn* connection) : connectionpolicy(std::string()), m_connection(connection) {}

    handle do_startconnect(handle original) override { return original != nullptr ? original : m_connection; }

    handle do_completeconnect(handle original) override
    {
        if (original == nullptr || PQstatus(original) != CONNECTION_OK)
            throw pqxx::broken_connection("the connection was lost");
        return original;
    }

    handle do_dropconnect(handle original) noexcept override { return original; }

    // What libpqxx gave up isn't lent again.
    handle do_disconnect(handle original) noexcept override
    {
        if (original != nullptr && !m_ending)
            shutdown(PQsocket(original), SHUT_RDWR);
        m_connection = nullptr;
        return nullptr;
    }

    bool is_ready(handle original) const noexcept override { return original != nullptr; }

    void end() { m_ending = true; } // of the session, which will take its leave of the server itself

  private:
    PGconn* m_connection;
    bool m_ending = false;
};

class HandedOverConnection final : public pqxx::connection_base {
  public:
    explicit HandedOverConnection(PGconn* connection) : connection_base(m_policy), m_policy(connection) { init(); }
    ~HandedOverConnection() noexcept
    {
        m_policy.end();
        close();
    }

  private:
    HandOverPolicy m_policy;
};

} // namespace

std::shared_ptr<PqxxConnection> handOver(PgConnection& connection)
{
    return std::make_shared<HandedOverConnection>(connection.get());
}

#endif

} // namespace lifeguard
