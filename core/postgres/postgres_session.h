// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/pool/lease.h"
#include "core/postgres/departures.h"
#include "core/postgres/hand_over.h"
#include "core/postgres/pg_connect.h"
#include "core/postgres/pg_query.h"
#include "core/postgres/prepared_statements.h"
#include "core/postgres/primary_watch.h"

#include <libpq-events.h>

#include <mutex>

namespace lifeguard {

// What a session of a pool has to know besides its connection.
struct SessionCare {
    ResetOnRelease reset = ResetOnRelease::Rollback;
    std::vector<std::string> setUp{};         // see SessionSettings
    ServerSettings setBySql{};                // see Connected
    std::shared_ptr<PrimaryWatch> primary{};  // of a pool that is meant to write
    std::uint64_t era = 0;                    // of `primary`, before the connection was opened
    std::shared_ptr<Departures> departures{}; // learns of its end; may be empty
};

// One PostgreSQL session, for libpqxx and for statements with a deadline alike.
class PostgresSession final : public Session {
  public:
    // Takes a connection that is open.
    explicit PostgresSession(PgConnection connection, SessionCare care = {});
    ~PostgresSession() override;

    PostgresSession(const PostgresSession&) = delete;
    PostgresSession& operator=(const PostgresSession&) = delete;

    std::optional<DatabaseError> peek() override;
    std::optional<DatabaseError> validate(TimePoint deadline) override;
    bool reusable() const override;
    std::optional<DatabaseError> clean(TimePoint deadline) override;
    void abort() override;
    std::optional<std::uint64_t> answersWhileBusy() const override;
    ServerInfo server() const override;

    // For an application's own work: `pqxx::work transaction(session.pqxx());`. It never reconnects by itself, and
    // waits for the server until the lease's deadline (Lease::setDeadline()), or the pool's operation time-out. The
    // first call makes it, and throws a pqxx::failure where the connection is lost already.
    PqxxConnection& pqxx();

    // One statement by `deadline`; parameters are bound as text.
    tl::expected<PgResult, DatabaseError> run(const std::string& sql, const std::vector<std::string>& parameters,
                                              TimePoint deadline);

    // The same for one statement that is run often: it is prepared the first time (one more round trip), and the server
    // needn't parse it again, which is a fifth of the time of a short one. Behind a transaction pooler it runs
    // unprepared; a pooler that hides itself (it takes start-up options without obeying them) is noticed by the first
    // 26000 or 42P05, which inside a transaction is the caller's.
    tl::expected<PgResult, DatabaseError> runPrepared(const std::string& sql,
                                                      const std::vector<std::string>& parameters, TimePoint deadline);

    // The text as a literal of SQL, quotation marks included.
    tl::expected<std::string, DatabaseError> quoted(const std::string& text) const;

    // Why the session can't be used any more, in the server's own last words where there were some; without a round
    // trip, and only as far as is known already (peek() looks).
    std::optional<DatabaseError> lost() const;

    // As lost(), after a look at what has come, without a round trip. peek() besides asks whether the server has turned
    // read-only on a pool that is meant to write, which is no reason to end a transaction.
    std::optional<DatabaseError> lookForEnd();

    // Runs the set-up statements; an error, with its SQLSTATE, when one fails or they leave a transaction open.
    std::optional<DatabaseError> setUp(TimePoint deadline);

    // What a transaction has to begin with, after its BEGIN: the server settings, where they could not be set for the
    // whole session (behind a transaction pooler the next statement may meet another one). Empty elsewhere.
    std::string localSettings() const;

    bool inFailedTransaction() const; // a statement failed, and nothing but a rollback will be accepted

    std::string encryption() const; // "TLSv1.3", or empty without TLS
    bool local() const;             // over a unix socket

  private:
    // What the server said that nobody asked for, kept by libpq's callbacks.
    struct Heard {
        std::optional<DatabaseError> fatal; // the server's last words, when it ended the session
        bool refusedWrite = false;          // 25006, the server's fault or the transaction's own
        std::atomic<std::uint64_t> answers{0};
    };

    static void onNotice(void* heard, const PGresult* result);
    static int onEvent(PGEventId id, void* information, void* heard);
    static void hear(Heard& heard, const PGresult* result);

    DatabaseError lostError() const;
    tl::expected<PgResult, DatabaseError> inTheServersWords(tl::expected<PgResult, DatabaseError> result) const;
    bool mayBeReadOnly() const; // by what is known without asking
    std::optional<DatabaseError> turnedReadOnly() const;
    std::optional<DatabaseError> askWhetherReadOnly(TimePoint deadline);
    std::optional<DatabaseError> discardAll(TimePoint deadline);

    const SessionCare m_care;
    Heard m_heard;
    PgConnection m_connection; // empty once libpqxx 7 has taken it over
    PGconn* const m_raw;
    PreparedStatements m_prepared{m_care.setBySql.empty()}; // by runPrepared()
    std::shared_ptr<PqxxConnection> m_pqxx;                 // null until it is asked for; see handOver()
    const int m_backendPid;                                 // libpq forgets it when the link breaks
    CancelHandle m_cancel;                                  // asks the server to end what it does for this session
    const int m_socket; // our own handle of libpq's socket: libpq closes its own as soon as the link breaks, and the
                        // number would be another file's by the time of an abort()
};

// The session behind a lease of a pool with PostgreSQL's connector.
PostgresSession& postgresSession(const Lease& lease);

} // namespace lifeguard
