// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/lease.h"
#include "core/postgres/pg_connect.h"
#include "core/postgres/pg_query.h"

#include <pqxx/pqxx>

#include <mutex>

namespace lifeguard {

#if PQXX_VERSION_MAJOR >= 7
using PqxxConnection = pqxx::connection;
#else
using PqxxConnection = pqxx::connection_base;
#endif

// One PostgreSQL session, for libpqxx and for statements with a deadline alike.
class PostgresSession final : public Session {
  public:
    // Takes a connection that is open.
    explicit PostgresSession(PgConnection connection);
    ~PostgresSession() override;

    PostgresSession(const PostgresSession&) = delete;
    PostgresSession& operator=(const PostgresSession&) = delete;

    std::optional<DatabaseError> peek() override;
    std::optional<DatabaseError> validate(TimePoint deadline) override;
    bool reusable() const override;
    std::optional<DatabaseError> clean(TimePoint deadline) override;
    void abort() override;
    ServerInfo server() const override;

    // For an application's own work: `pqxx::work transaction(session.pqxx());`. It never reconnects by itself, and
    // waits for the server without an end, unless the lease has a deadline (Lease::setDeadline()). The first call makes
    // it, and throws a pqxx::failure where the connection is lost already.
    PqxxConnection& pqxx();

    // One statement by `deadline`; parameters are bound as text.
    tl::expected<PgResult, DatabaseError> run(const std::string& sql, const std::vector<std::string>& parameters,
                                              TimePoint deadline);

    // The text as a literal of SQL, quotation marks included.
    tl::expected<std::string, DatabaseError> quoted(const std::string& text) const;

    // Why the session can't be used any more, in the server's own last words where there were some; without a round
    // trip, and only as far as is known already (peek() looks).
    std::optional<DatabaseError> lost() const;

    bool inFailedTransaction() const; // a statement failed, and nothing but a rollback will be accepted

    std::string encryption() const; // "TLSv1.3", or empty without TLS
    bool local() const;             // over a unix socket

  private:
    DatabaseError lostError() const;

    std::optional<DatabaseError>
        m_fatal;               // the server's last words, when it ended the session; set by libpq's callbacks
    PgConnection m_connection; // empty once libpqxx 7 has taken it over
    PGconn* const m_raw;
    std::shared_ptr<PqxxConnection>
        m_pqxx;               // null until it is asked for; shared only because libpqxx 6's base class has
                              // no virtual destructor, and a shared_ptr remembers what it was made for
    std::mutex m_socketMutex; // guards m_socket against an abort() while the session dies
    int m_socket = -1;
};

// The session behind a lease of a pool with PostgreSQL's connector.
PostgresSession& postgresSession(const Lease& lease);

} // namespace lifeguard
