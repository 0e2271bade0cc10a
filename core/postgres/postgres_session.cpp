// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/postgres_session.h"

#include "core/postgres/pg_error.h"

#include <libpq-events.h>
#include <poll.h>
#include <sys/socket.h>

#include <string_view>

namespace lifeguard {

namespace {

#if PQXX_VERSION_MAJOR >= 7

// libpqxx 7 owns the connection from here, unless this throws.
std::shared_ptr<PqxxConnection> handOver(PgConnection& connection)
{
    auto taken = std::make_shared<pqxx::connection>(pqxx::connection::seize_raw_connection(connection.get()));
    connection.release();
    return taken;
}

#else

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

std::shared_ptr<PqxxConnection> handOver(PgConnection& connection)
{
    return std::make_shared<HandedOverConnection>(connection.get());
}

#endif

// FATAL and PANIC end a session. An immediate shutdown is announced by a mere WARNING before the link closes.
bool endsSession(const PGresult* result)
{
    const auto field = [result](int code) {
        const char* text = PQresultErrorField(result, code);
        return std::string_view(text == nullptr ? "" : text);
    };
    const std::string_view severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);
    const std::string_view state = field(PG_DIAG_SQLSTATE);
    return severity == "FATAL" || severity == "PANIC" || state == "57P01" || state == "57P02";
}

bool readable(int socket)
{
    pollfd looked{socket, POLLIN, 0};
    return poll(&looked, 1, 0) > 0;
}

void keepIfFatal(std::optional<DatabaseError>& fatal, const PGresult* result)
{
    if (endsSession(result))
        fatal = errorOf(result);
}

// What the server says while nobody asks comes as a notice.
void onNotice(void* fatal, const PGresult* result)
{
    keepIfFatal(*static_cast<std::optional<DatabaseError>*>(fatal), result);
}

// What it says to a statement comes as a result, to libpqxx, whose exceptions drop the SQLSTATE of a broken link.
int onEvent(PGEventId id, void* information, void* fatal)
{
    if (id == PGEVT_RESULTCREATE)
        keepIfFatal(*static_cast<std::optional<DatabaseError>*>(fatal),
                    static_cast<PGEventResultCreate*>(information)->result);
    return 1;
}

} // namespace

PostgresSession::PostgresSession(PgConnection connection)
    : m_connection(std::move(connection)), m_raw(m_connection.get()), m_socket(PQsocket(m_raw))
{
    PQsetNoticeReceiver(m_raw, &onNotice, &m_fatal);
    PQregisterEventProc(m_raw, &onEvent, "lifeguard", &m_fatal);
}

PostgresSession::~PostgresSession()
{
    const std::lock_guard lock(m_socketMutex);
    m_socket = -1;
}

PqxxConnection& PostgresSession::pqxx()
{
    if (!m_pqxx)
        m_pqxx = handOver(m_connection);
    return *m_pqxx;
}

std::optional<DatabaseError> PostgresSession::peek()
{
    bool alive = PQstatus(m_raw) == CONNECTION_OK;
    while (alive && readable(PQsocket(m_raw))) // libpq reads the server's last words and the end behind them one by one
        alive = PQconsumeInput(m_raw) == 1;
    PQisBusy(m_raw); // reads what has come, so that the server's last words reach onNotice()
    return alive ? lost() : lostError();
}

std::optional<DatabaseError> PostgresSession::validate(TimePoint deadline)
{
    if (const auto result = run("SELECT 1", {}, deadline); !result)
        return result.error();
    return std::nullopt;
}

bool PostgresSession::reusable() const
{
    return PQtransactionStatus(m_raw) == PQTRANS_IDLE && !m_fatal;
}

std::optional<DatabaseError> PostgresSession::clean(TimePoint deadline)
{
    const PGTransactionStatusType status = PQtransactionStatus(m_raw);
    m_foundTransaction = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
    switch (status) {
    case PQTRANS_IDLE:
        if (m_fatal)
            return lostError();
        return std::nullopt;
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
        if (const auto result = run("ROLLBACK", {}, deadline); !result)
            return result.error();
        return std::nullopt;
    case PQTRANS_ACTIVE:
        return DatabaseError{ErrorSign::Other, {}, "a statement was still under way when the connection came back", {}};
    case PQTRANS_UNKNOWN:
        break;
    }
    return lostError();
}

void PostgresSession::abort()
{
    const std::lock_guard lock(m_socketMutex);
    if (m_socket >= 0)
        shutdown(m_socket, SHUT_RDWR);
}

ServerInfo PostgresSession::server() const
{
    ServerInfo info;
    if (const char* version = PQparameterStatus(m_raw, "server_version"); version != nullptr)
        info.version = std::string(version).substr(0, std::string_view(version).find(' '));
    info.backendPid = PQbackendPID(m_raw);
    return info;
}

tl::expected<PgResult, DatabaseError>
PostgresSession::run(const std::string& sql, const std::vector<std::string>& parameters, TimePoint deadline)
{
    auto result = runQuery(m_raw, sql, parameters, deadline);
    if (!result && result.error().sign == ErrorSign::LinkLost && m_fatal)
        return tl::unexpected(*m_fatal);
    return result;
}

tl::expected<std::string, DatabaseError> PostgresSession::quoted(const std::string& text) const
{
    const std::unique_ptr<char, decltype(&PQfreemem)> literal(PQescapeLiteral(m_raw, text.c_str(), text.size()),
                                                              &PQfreemem);
    if (!literal)
        return tl::unexpected(DatabaseError{ErrorSign::Other, {}, "the text has bytes that are no characters", {}});
    return std::string(literal.get());
}

std::optional<DatabaseError> PostgresSession::lost() const
{
    if (m_fatal || PQstatus(m_raw) != CONNECTION_OK)
        return lostError();
    return std::nullopt;
}

bool PostgresSession::inFailedTransaction() const
{
    return PQtransactionStatus(m_raw) == PQTRANS_INERROR;
}

std::string PostgresSession::encryption() const
{
    const char* protocol = PQsslInUse(m_raw) == 1 ? PQsslAttribute(m_raw, "protocol") : nullptr;
    return protocol == nullptr ? std::string() : std::string(protocol);
}

bool PostgresSession::local() const
{
    const char* host = PQhost(m_raw);
    return host == nullptr || *host == '\0' || *host == '/';
}

DatabaseError PostgresSession::lostError() const
{
    return m_fatal ? *m_fatal : errorOfLink(m_raw);
}

PostgresSession& postgresSession(const Lease& lease)
{
    return static_cast<PostgresSession&>(lease.session());
}

} // namespace lifeguard
