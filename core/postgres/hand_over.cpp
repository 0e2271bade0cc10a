// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/hand_over.h"

#include <utility>

namespace lifeguard {

#if PQXX_VERSION_MAJOR >= 7

std::shared_ptr<PqxxConnection> handOver(PGconn* connection)
{
    return std::make_shared<pqxx::connection>(pqxx::connection::seize_raw_connection(connection));
}

void forgetPrepared(std::shared_ptr<PqxxConnection>&, PGconn*) {}

#else

namespace {

// libpqxx 6 makes its connections through a policy, and makes them anew without a word when they are lost. This policy
// gives it the one that is open already, and no other.
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

    handle do_disconnect(handle original) noexcept override
    {
        m_connection = nullptr;
        if (m_owns)
            PQfinish(original);
        return nullptr;
    }

    void own(bool owns) { m_owns = owns; }

    bool is_ready(handle original) const noexcept override { return original != nullptr; }

  private:
    PGconn* m_connection;
    bool m_owns = false;
};

class HandedOverConnection final : public pqxx::connection_base {
  public:
    explicit HandedOverConnection(PGconn* connection) : connection_base(m_policy), m_policy(connection)
    {
        init();
        own(true); // now: when init() throws the connection is still the caller's
    }
    ~HandedOverConnection() noexcept { close(); }

    void own(bool owns) { m_policy.own(owns); }

  private:
    HandOverPolicy m_policy;
};

} // namespace

std::shared_ptr<PqxxConnection> handOver(PGconn* connection)
{
    return std::make_shared<HandedOverConnection>(connection);
}

void forgetPrepared(std::shared_ptr<PqxxConnection>& held, PGconn* connection)
{
    std::shared_ptr<PqxxConnection> fresh = handOver(connection);
    static_cast<HandedOverConnection&>(*held).own(false);
    held = std::move(fresh);
}

#endif

} // namespace lifeguard
