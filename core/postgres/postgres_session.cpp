// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/postgres_session.h"

#include "core/postgres/hand_over.h"
#include "core/postgres/pg_error.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>

namespace lifeguard {

namespace {

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

// A statement of the user's that can't work is wrong in every session. Anything else may be over the next time.
bool isWrongItself(const DatabaseError& error)
{
    return error.sqlState.compare(0, 2, "42") == 0 || error.sqlState.compare(0, 2, "22") == 0;
}

} // namespace

PostgresSession::PostgresSession(PgConnection connection, SessionCare care)
    : m_care(std::move(care))
    , m_connection(std::move(connection))
    , m_raw(m_connection.get())
    , m_backendPid(PQbackendPID(m_raw))
    , m_cancel(PQgetCancel(m_raw))
    , m_socket(fcntl(PQsocket(m_raw), F_DUPFD_CLOEXEC, 0))
{
    PQsetNoticeReceiver(m_raw, &onNotice, &m_heard);
    PQregisterEventProc(m_raw, &onEvent, "lifeguard", &m_heard);
}

PostgresSession::~PostgresSession()
{
    const PGTransactionStatusType status = PQtransactionStatus(m_raw);
    m_pqxx.reset();
    m_connection.reset(); // one of the two says farewell
    if (m_socket < 0)
        return;
    shutdown(m_socket, SHUT_WR);
    if (!m_care.departures) {
        close(m_socket);
        return;
    }
    const bool mayBeBusy = status == PQTRANS_ACTIVE || status == PQTRANS_UNKNOWN;
    m_care.departures->add(m_socket, m_backendPid, mayBeBusy ? std::move(m_cancel) : nullptr);
}

void PostgresSession::hear(Heard& heard, const PGresult* result)
{
    if (endsSession(result))
        heard.fatal = errorOf(result);
    else if (const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE); state != nullptr)
        heard.refusedWrite = heard.refusedWrite || std::string_view(state) == "25006";
}

// What the server says while nobody asks comes as a notice.
void PostgresSession::onNotice(void* heard, const PGresult* result)
{
    hear(*static_cast<Heard*>(heard), result);
}

// What it says to a statement comes as a result, to libpqxx, whose exceptions drop the SQLSTATE of a broken link.
int PostgresSession::onEvent(PGEventId id, void* information, void* heard)
{
    if (id == PGEVT_RESULTCREATE) {
        auto& session = *static_cast<Heard*>(heard);
        session.answers.fetch_add(1, std::memory_order_relaxed);
        hear(session, static_cast<PGEventResultCreate*>(information)->result);
    }
    return 1;
}

PqxxConnection& PostgresSession::pqxx()
{
    if (!m_pqxx)
        m_pqxx = handOver(m_connection);
    return *m_pqxx;
}

std::optional<DatabaseError> PostgresSession::lookForEnd()
{
    bool alive = PQstatus(m_raw) == CONNECTION_OK;
    while (alive && readable(PQsocket(m_raw))) // libpq reads the server's last words and the end behind them one by one
        alive = PQconsumeInput(m_raw) == 1;
    PQisBusy(m_raw); // reads what has come, so that the server's last words reach onNotice()
    return alive ? lost() : lostError();
}

std::optional<DatabaseError> PostgresSession::peek()
{
    if (auto end = lookForEnd())
        return end;
    return turnedReadOnly();
}

std::optional<DatabaseError> PostgresSession::validate(TimePoint deadline)
{
    if (const auto result = run("SELECT 1", {}, deadline); !result)
        return result.error();
    return turnedReadOnly(); // the answer brings what the server has to say of itself
}

bool PostgresSession::reusable() const
{
    return PQtransactionStatus(m_raw) == PQTRANS_IDLE && !m_heard.fatal && m_care.reset != ResetOnRelease::DiscardAll
           && !mayBeReadOnly();
}

std::optional<DatabaseError> PostgresSession::clean(TimePoint deadline)
{
    const PGTransactionStatusType status = PQtransactionStatus(m_raw);
    m_foundTransaction = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
    if (status == PQTRANS_ACTIVE)
        return DatabaseError{ErrorSign::Other, {}, "a statement was still under way when the connection came back", {}};
    if (status == PQTRANS_UNKNOWN || m_heard.fatal)
        return lostError();
    const bool suspect = mayBeReadOnly();
    const bool closes = m_foundTransaction && m_care.reset == ResetOnRelease::None;
    if (m_foundTransaction && (suspect || !closes))
        if (const auto result = run("ROLLBACK", {}, deadline); !result)
            return result.error();
    if (suspect)
        if (auto error = askWhetherReadOnly(deadline))
            return error;
    if (closes)
        return DatabaseError{ErrorSign::Other, {}, "the connection came back in an open transaction", {}};
    return m_care.reset == ResetOnRelease::DiscardAll ? discardAll(deadline) : std::nullopt;
}

std::optional<DatabaseError> PostgresSession::discardAll(TimePoint deadline)
{
    if (const auto result = run("DISCARD ALL", {}, deadline); !result)
        return result.error();
    m_prepared.forgetAll();
#if PQXX_VERSION_MAJOR < 7
    m_pqxx.reset(); // it knows which statements it has prepared, and not that they are gone; 7 keeps no such list
#endif
    for (const auto& [name, value] : m_care.setBySql)
        if (const auto result = run("SET " + name + " = " + value, {}, deadline); !result)
            return result.error();
    return setUp(deadline);
}

std::optional<DatabaseError> PostgresSession::setUp(TimePoint deadline)
{
    if (m_socket < 0)
        return DatabaseError{ErrorSign::Other, {}, "there is no room for another open file", {}};
    for (std::size_t i = 0; i < m_care.setUp.size(); ++i) {
        auto result = run(m_care.setUp[i], {}, deadline);
        if (result && PQtransactionStatus(m_raw) == PQTRANS_IDLE)
            continue;
        DatabaseError error = result ? DatabaseError{ErrorSign::BadOption, {}, "it left a transaction open", {}}
                                     : std::move(result.error());
        if (isWrongItself(error))
            error.sign = ErrorSign::BadOption;
        error.message = "sessionSetUp[" + std::to_string(i) + "]: " + error.message; // without the statement, which may
                                                                                     // hold a secret
        return error;
    }
    return std::nullopt;
}

std::string PostgresSession::localSettings() const
{
    std::string sql;
    for (const auto& [name, value] : m_care.setBySql)
        sql += "; SET LOCAL " + name + " = " + value;
    return sql;
}

bool PostgresSession::mayBeReadOnly() const
{
    return m_care.primary
           && (m_heard.refusedWrite || m_care.primary->era() != m_care.era || m_care.primary->saysReadOnly(m_raw));
}

// Of a session that nobody uses: what it says of itself is the server's doing.
std::optional<DatabaseError> PostgresSession::turnedReadOnly() const
{
    if (!m_care.primary)
        return std::nullopt;
    if (m_care.primary->saysReadOnly(m_raw))
        m_care.primary->turned(m_care.era);
    if (m_care.primary->era() == m_care.era)
        return std::nullopt;
    return PrimaryWatch::error();
}

// Of a session that comes back, where it may be its user's doing as well.
std::optional<DatabaseError> PostgresSession::askWhetherReadOnly(TimePoint deadline)
{
    if (m_care.primary->era() != m_care.era)
        return PrimaryWatch::error();
    const auto verdict = m_care.primary->ask(m_raw, deadline);
    if (!verdict)
        return m_heard.fatal ? *m_heard.fatal : verdict.error();
    m_heard.refusedWrite = false;
    if (*verdict == PrimaryWatch::Verdict::Writable)
        return std::nullopt;
    if (*verdict == PrimaryWatch::Verdict::SessionReadOnly && m_care.reset != ResetOnRelease::DiscardAll)
        return DatabaseError{ErrorSign::Other, {}, "its user made the session read-only", {}};
    if (*verdict == PrimaryWatch::Verdict::SessionReadOnly)
        return std::nullopt; // what follows mends that
    m_care.primary->turned(m_care.era);
    return PrimaryWatch::error();
}

void PostgresSession::abort()
{
    shutdown(m_socket, SHUT_RDWR);
}

// libpq keeps the state in plain words of memory, which its own thread changes meanwhile: an old value is read at
// worst, and the caller looks more than once.
std::optional<std::uint64_t> PostgresSession::answersWhileBusy() const
{
    if (PQtransactionStatus(m_raw) != PQTRANS_ACTIVE)
        return std::nullopt;
    return m_heard.answers.load(std::memory_order_relaxed);
}

ServerInfo PostgresSession::server() const
{
    ServerInfo info;
    if (const char* version = PQparameterStatus(m_raw, "server_version"); version != nullptr)
        info.version = std::string(version).substr(0, std::string_view(version).find(' '));
    info.backendPid = PQbackendPID(m_raw);
    if (!m_care.setBySql.empty()) {
        for (const auto& setting : m_care.setBySql)
            info.notice += (info.notice.empty() ? "" : ", ") + setting.first;
        info.notice = "Start-up options are refused, as poolers do; set by SQL instead: " + info.notice
                      + ". Behind a transaction pooler only what runs in transaction() is sure to have them";
    }
    return info;
}

tl::expected<PgResult, DatabaseError>
PostgresSession::run(const std::string& sql, const std::vector<std::string>& parameters, TimePoint deadline)
{
    return inTheServersWords(runQuery(m_raw, sql, parameters, deadline));
}

tl::expected<PgResult, DatabaseError>
PostgresSession::runPrepared(const std::string& sql, const std::vector<std::string>& parameters, TimePoint deadline)
{
    return inTheServersWords(m_prepared.run(m_raw, sql, parameters, deadline));
}

// When it ended the session it said why, which libpq's error of the broken link doesn't.
tl::expected<PgResult, DatabaseError>
PostgresSession::inTheServersWords(tl::expected<PgResult, DatabaseError> result) const
{
    if (!result && result.error().sign == ErrorSign::LinkLost && m_heard.fatal)
        return tl::unexpected(*m_heard.fatal);
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
    if (m_heard.fatal || PQstatus(m_raw) != CONNECTION_OK)
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
    return m_heard.fatal ? *m_heard.fatal : errorOfLink(m_raw);
}

PostgresSession& postgresSession(const Lease& lease)
{
    return static_cast<PostgresSession&>(lease.session());
}

} // namespace lifeguard
