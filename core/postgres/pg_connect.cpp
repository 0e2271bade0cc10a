// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/pg_connect.h"

#include "core/base/duration_text.h"
#include "core/postgres/host_lookup.h"
#include "core/postgres/pg_error.h"
#include "core/postgres/pg_query.h"

#include <arpa/inet.h>
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

tl::expected<PgConnection, DatabaseError> attempt(const ConnectionParameters& parameters, TimePoint deadline,
                                                  const std::atomic<bool>& giveUp)
{
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : parameters) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
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
        if (auto error = waitFor(connection.get(), wish, deadline, giveUp))
            return tl::unexpected(std::move(*error));
        wish = PQconnectPoll(connection.get());
    }
    if (wish != PGRES_POLLING_OK)
        return tl::unexpected(errorOfConnect(PQerrorMessage(connection.get())));
    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    return connection;
}

// One host that has to be looked up: no address, no folder of a socket, and no list of hosts, which libpq looks up
// itself, as it does where the environment or a service file names the host.
bool isName(const std::string& host)
{
    in_addr address{};
    return !host.empty() && host.front() != '/' && host.front() != '@' && host.find_first_of(",:") == std::string::npos
           && inet_pton(AF_INET, host.c_str(), &address) != 1;
}

// libpq's own lookup would know no deadline. The name stays beside the address: TLS and ~/.pgpass go by it.
std::optional<DatabaseError> lookUpHost(ConnectionParameters& parameters, TimePoint deadline,
                                        const std::atomic<bool>& giveUp)
{
    static HostLookup lookup;
    const auto host = parameters.find("host");
    if (host == parameters.end() || !isName(host->second) || parameters.count("hostaddr") != 0
        || parameters.count("service") != 0 || std::getenv("PGHOSTADDR") != nullptr)
        return std::nullopt;
    const HostLookup::Answer addresses = lookup.addressesOf(host->second, deadline, giveUp);
    if (!addresses)
        return addresses.error();
    std::string& hostaddr = parameters["hostaddr"];
    std::string names;
    for (const std::string& address : *addresses) { // to libpq each address is a host of its own
        hostaddr += (hostaddr.empty() ? "" : ",") + address;
        names += (names.empty() ? "" : ",") + host->second;
    }
    host->second = names;
    return std::nullopt;
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

} // namespace

tl::expected<PgConnection, DatabaseError> connect(const ConnectionParameters& parameters,
                                                  const SessionSettings& settings, TimePoint deadline,
                                                  const std::atomic<bool>& giveUp)
{
    ConnectionParameters resolved = parameters;
    if (auto error = lookUpHost(resolved, deadline, giveUp))
        return tl::unexpected(std::move(*error));
    auto connection = attempt(connectParameters(resolved, settings, true), deadline, giveUp);
    if (connection || !refusesOptions(connection.error()))
        return connection;
    connection = attempt(connectParameters(resolved, settings, false), deadline, giveUp);
    if (!connection) {
        if (refusesOptions(connection.error()))
            connection.error().sign = ErrorSign::BadOption; // the profile's own: there is no other way to try
        return connection;
    }
    for (const auto& [name, value] : serverSettings(settings)) {
        const auto set = runQuery(connection->get(), "SET " + name + " = " + value, {}, deadline);
        if (!set && !mayBeMissing(name, set.error()))
            return tl::unexpected(set.error());
    }
    return connection;
}

} // namespace lifeguard
