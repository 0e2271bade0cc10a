// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/postgres/conninfo.h"

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lifeguard {

struct FinishConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
using PgConnection = std::unique_ptr<PGconn, FinishConnection>;

struct Connected {
    PgConnection connection;
    ServerSettings setBySql; // where start-up options are refused, as poolers do: what was set by SQL instead
    std::size_t place = 0;   // of the servers that the parameters list
};

enum class ConnectPart { Lookup, Link, Tls, Login };

// Where the time of connecting went: the parts of the last attempt in their order. When it failed, it failed in the
// last of them. Filled by the thread that connects.
struct ConnectTrace {
    struct Part {
        ConnectPart part;
        std::chrono::microseconds took{0};
    };
    std::vector<Part> parts;
    std::string address;   // that was looked up; empty: nothing was
    int otherAttempts = 0; // at other servers or addresses, or in another way, before this one

    void begin(ConnectPart part); // ends the part before it
    void end();                   // of the last part
    void restart();               // at another server

  private:
    TimePoint m_since{};
    bool m_open = false;
};

// Connects by `deadline`, or gives up when `giveUp` turns true. The server settings are in force when it returns; when
// a transaction pooler refuses start-up options they are set by SQL.
//
// Several servers, and several addresses of one, are tried in turn, beginning with `firstPlace`; each has its share of
// the time that is left, so that one that never answers doesn't keep those behind it from being tried. An error that
// would be the same everywhere (a wrong password, say) ends the round. Names are looked up by the deadline, too,
// those that the environment or a service file gives included. `trace` may be empty.
tl::expected<Connected, DatabaseError> connect(const ConnectionParameters& parameters, const SessionSettings& settings,
                                               TimePoint deadline, const std::atomic<bool>& giveUp,
                                               std::size_t firstPlace = 0, ConnectTrace* trace = nullptr);

} // namespace lifeguard
