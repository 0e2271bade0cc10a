// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>

namespace lifeguard::bench {

struct CloseLink {
    void operator()(PGconn* link) const { PQfinish(link); }
};
using Link = std::unique_ptr<PGconn, CloseLink>;

// All three throw std::runtime_error with libpq's message.
Link connectTo(const std::string& conninfo);
void selectOne(PGconn* link);      // PQexec of `SELECT 1`, the operation of rows C, D and E
void selectPrepared(PGconn* link); // the same, prepared the first time: the operation of row B

// How long a bare connect and `SELECT 1` take: the middle one of five.
std::chrono::nanoseconds bareOperation(const std::string& conninfo);

} // namespace lifeguard::bench
