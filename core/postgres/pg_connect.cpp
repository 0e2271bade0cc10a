// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/pg_connect.h"

#include "core/postgres/host_lookup.h"
#include "core/postgres/pg_error.h"
#include "core/postgres/pg_query.h"
#include "core/postgres/places.h"
#include "core/resilience/error_class.h"

#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

namespace lifeguard {

namespace {

// How soon a shutdown ends an attempt to connect.
constexpr std::chrono::milliseconds kSlice{50};

std::optional<DatabaseError> waitFor(PGconn* connection, PostgresPollingStatusType wish, TimePoint deadline,
                                     const std::atomic<bool>& giveUp)
{
    for (;;) {
        if (giveUp)
            return DatabaseError{ErrorSign::Cancelled, {}, "the attempt to connect was given up", {}};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0)
            return timeoutError("the server did not answer in time");
        pollfd waited{PQsocket(connection), static_cast<short>(wish == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        if (poll(&waited, 1, static_cast<int>(std::min(left, kSlice).count())) > 0)
            return std::nullopt;
    }
}

// By when, and until when at all.
struct Limits {
    TimePoint link; // the network's part, which a host that is gone doesn't answer
    TimePoint login;
    const std::atomic<bool>& giveUp;
    ConnectTrace* trace; // may be empty
};

// What libpq does next, after what it says. CONNECTION_MADE is the instant between two parts, so it is the next one's.
ConnectPart partOf(ConnStatusType status)
{
    if (status == CONNECTION_STARTED || status == CONNECTION_NEEDED)
        return ConnectPart::Link;
    return status == CONNECTION_SSL_STARTUP ? ConnectPart::Tls : ConnectPart::Login;
}

// The parts of one attempt.
class TracedAttempt {
  public:
    explicit TracedAttempt(ConnectTrace* trace) : m_trace(trace)
    {
        if (m_trace == nullptr)
            return;
        beginAgain();
    }
    ~TracedAttempt()
    {
        if (m_trace != nullptr)
            m_trace->end();
    }
    TracedAttempt(const TracedAttempt&) = delete;
    TracedAttempt& operator=(const TracedAttempt&) = delete;

    void follow(ConnStatusType status)
    {
        if (m_trace == nullptr || status == CONNECTION_BAD || status == CONNECTION_OK)
            return;
        const ConnectPart part = partOf(status);
        ConnectPart& last = m_trace->parts.back().part;
        if (part == last)
            return;
        if (part == ConnectPart::Link) // libpq tries with TLS what failed without, or the other way round
            beginAgain();
        else if (part == ConnectPart::Tls && last == ConnectPart::Login)
            last = part; // the instant before it
        else
            m_trace->begin(part);
    }

  private:
    void beginAgain()
    {
        const auto isOfAttempt = [](const ConnectTrace::Part& part) { return part.part != ConnectPart::Lookup; };
        m_trace->end();
        m_trace->otherAttempts += std::erase_if(m_trace->parts, isOfAttempt) > 0 ? 1 : 0;
        m_trace->begin(ConnectPart::Link);
    }

    ConnectTrace* m_trace;
};

// libpq asks Kerberos for tickets at every login, which takes some 10 KiB and frees them again. Behind the connection's
// buffers of 16 KiB they would leave pages that were written to, and the next connection's buffers would lie on those.
// So a hole is kept for them in front: 7 KiB less for each connection with glibc's malloc, and nothing lost with
// another's.
class LoginMemory {
  public:
    LoginMemory() : m_hole(std::malloc(kSize))
    {
        if (m_hole != nullptr)
            *static_cast<volatile char*>(m_hole) = 0; // else the compiler leaves it out
    }
    ~LoginMemory() { leave(); }

    LoginMemory(const LoginMemory&) = delete;
    LoginMemory& operator=(const LoginMemory&) = delete;

    void leave() { std::free(std::exchange(m_hole, nullptr)); } // once the connection has its buffers

  private:
    static constexpr std::size_t kSize = 16 * 1024;
    void* m_hole;
};

tl::expected<PgConnection, DatabaseError> attempt(const ConnectionParameters& parameters, const Limits& limits)
{
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : parameters) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    TracedAttempt traced(limits.trace);
    LoginMemory memory;
    PgConnection connection(PQconnectStartParams(keys.data(), values.data(), 0));
    memory.leave();
    if (!connection)
        return tl::unexpected(DatabaseError{ErrorSign::Other, {}, "out of memory", {}});
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE); // else a refused login carries no SQLSTATE
    PostgresPollingStatusType wish = PGRES_POLLING_WRITING;
    if (PQstatus(connection.get()) == CONNECTION_BAD)
        wish = PGRES_POLLING_FAILED;
    while (wish == PGRES_POLLING_READING || wish == PGRES_POLLING_WRITING) {
        const TimePoint deadline = PQstatus(connection.get()) == CONNECTION_STARTED ? limits.link : limits.login;
        if (auto error = waitFor(connection.get(), wish, deadline, limits.giveUp))
            return tl::unexpected(std::move(*error));
        wish = PQconnectPoll(connection.get());
        traced.follow(PQstatus(connection.get()));
    }
    if (wish != PGRES_POLLING_OK)
        return tl::unexpected(errorOfConnect(PQerrorMessage(connection.get())));
    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    return connection;
}

bool refusesOptions(const DatabaseError& error)
{
    return (error.sqlState == "08P01" && error.message.find("unsupported startup parameter") != std::string::npos)
           || error.sqlState == "42704"  // a server that is too old for one of our settings
           || error.sqlState == "22023"; // one whose platform can't look after its clients
}

// A server may do without looking whether its client is still there, but not without a time limit.
bool mayBeMissing(const std::string& setting, const DatabaseError& error)
{
    return error.sqlState == "42704" || (error.sqlState == "22023" && setting == "client_connection_check_interval");
}

tl::expected<Connected, DatabaseError> logIn(const ConnectionParameters& parameters, const SessionSettings& settings,
                                             const Limits& limits)
{
    auto connection = attempt(connectParameters(parameters, settings, true), limits);
    if (connection)
        return Connected{std::move(*connection), {}};
    if (!refusesOptions(connection.error()))
        return tl::unexpected(std::move(connection.error()));
    connection = attempt(connectParameters(parameters, settings, false), limits);
    if (!connection) {
        if (refusesOptions(connection.error()))
            connection.error().sign = ErrorSign::BadOption; // the profile's own: there is no other way to try
        return tl::unexpected(std::move(connection.error()));
    }
    Connected made{std::move(*connection), {}};
    for (const auto& [name, value] : serverSettings(settings)) {
        const auto set = runQuery(made.connection.get(), "SET " + name + " = " + value, {}, limits.login);
        if (set)
            made.setBySql[name] = value;
        else if (!mayBeMissing(name, set.error()))
            return tl::unexpected(set.error());
    }
    return made;
}

// Another server, or another address, may do what this one did not.
bool worthAnother(const DatabaseError& error)
{
    return error.sign != ErrorSign::Cancelled && !noRetryMends(classify(error, Phase::Connect).remedy);
}

TimePoint shareOf(TimePoint deadline, std::size_t sharers)
{
    const TimePoint now = Clock::now();
    return now + (deadline - now) / static_cast<Duration::rep>(std::max<std::size_t>(sharers, 1));
}

// libpq's own lookup would know no deadline. The name stays beside the address: TLS and ~/.pgpass go by it.
tl::expected<Connected, DatabaseError> logInAt(Place place, const ConnectionParameters& parameters,
                                               const SessionSettings& settings, TimePoint deadline,
                                               const std::atomic<bool>& giveUp, ConnectTrace* trace)
{
    if (!place.hostaddr.empty() || !isName(place.host))
        return logIn(parametersAt(parameters, place), settings, {deadline, deadline, giveUp, trace});
    static HostLookup lookup;
    if (trace != nullptr)
        trace->begin(ConnectPart::Lookup);
    const HostLookup::Answer addresses = lookup.addressesOf(place.host, deadline, giveUp);
    if (trace != nullptr)
        trace->end();
    if (!addresses)
        return tl::unexpected(addresses.error());
    tl::expected<Connected, DatabaseError> last;
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        place.hostaddr = (*addresses)[i];
        const TimePoint link = shareOf(deadline, addresses->size() - i);
        if (trace != nullptr)
            trace->address = place.hostaddr;
        last = logIn(parametersAt(parameters, place), settings, {link, deadline, giveUp, trace});
        if (last || !worthAnother(last.error()))
            break;
    }
    return last;
}

// The failures of one round. The one that says most is told, the others stand in its detail.
class Failures {
  public:
    void add(const Place& place, const DatabaseError& error)
    {
        const std::string where = place.host.empty() ? place.hostaddr : place.host;
        m_all += (m_all.empty() ? "Tried " : "; ") + where + (place.port.empty() ? "" : ":" + place.port) + ": "
                 + describe(error);
        if (m_count++ == 0 || weight(error) > weight(m_worst))
            m_worst = error;
    }

    DatabaseError told() const
    {
        DatabaseError error = m_worst;
        if (m_count > 1)
            error.detail += (error.detail.empty() ? "" : " ") + m_all;
        return error;
    }

  private:
    // What a server that could do says counts more than what one says that is but read-only, and that more than
    // silence.
    static int weight(const DatabaseError& error)
    {
        if (error.sqlState.empty())
            return error.sign == ErrorSign::Timeout ? 1 : 0;
        return error.sqlState == "25006" ? 2 : 3;
    }

    DatabaseError m_worst;
    std::string m_all;
    int m_count = 0;
};

} // namespace

void ConnectTrace::begin(ConnectPart part)
{
    end();
    parts.push_back({part});
    m_since = Clock::now();
    m_open = true;
}

void ConnectTrace::restart()
{
    otherAttempts += parts.empty() ? 0 : 1;
    parts.clear();
    address.clear();
    m_open = false;
}

void ConnectTrace::end()
{
    if (m_open)
        parts.back().took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - m_since);
    m_open = false;
}

tl::expected<Connected, DatabaseError> connect(const ConnectionParameters& parameters, const SessionSettings& settings,
                                               TimePoint deadline, const std::atomic<bool>& giveUp,
                                               std::size_t firstPlace, ConnectTrace* trace)
{
    const std::optional<ConnectionParameters> completed = withPlacesFromOutside(parameters);
    const std::optional<std::vector<Place>> places = completed ? placesIn(*completed) : std::nullopt;
    if (!places)
        return logIn(parameters, settings, {deadline, deadline, giveUp, trace});
    const std::vector<std::string> wishes = roleWishes(*completed);
    std::size_t left = wishes.size() * places->size();
    Failures failures;
    for (const std::string& wish : wishes) {
        ConnectionParameters wished = *completed;
        if (!wish.empty())
            wished["target_session_attrs"] = wish;
        for (std::size_t i = 0; i < places->size(); ++i) {
            const std::size_t index = (firstPlace + i) % places->size();
            if (trace != nullptr)
                trace->restart();
            auto connected = logInAt((*places)[index], wished, settings, shareOf(deadline, left--), giveUp, trace);
            if (connected)
                connected->place = index;
            if (connected || !worthAnother(connected.error()))
                return connected;
            failures.add((*places)[index], connected.error());
        }
    }
    return tl::unexpected(failures.told());
}

} // namespace lifeguard
