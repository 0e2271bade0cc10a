// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lifeguard {

// The fields of the Connect dialog. Everything else that a connection string may hold stays in `rest`.
struct ConnectionFields {
    QString host;
    QString port;
    QString database;
    QString user;
    QString tls;  // sslmode
    QString rest; // further keywords, as written: "connect_timeout=5"

    bool operator==(const ConnectionFields&) const = default;
};

// The fields as a libpq keyword string; values with spaces or quotes are quoted as libpq wants it.
QString toConnectionString(const ConnectionFields& fields);

// The fields of a keyword string or URI. What can't be read goes to `rest`, so that nothing is lost; libpq judges it
// when it is used.
ConnectionFields fromConnectionString(const QString& connection);

} // namespace lifeguard
