// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lifeguard {

// The fields of the Connect dialog. Everything else that a connection string may hold stays in `rest`.
struct ConnectionFields {
    QString host; // several are separated by commas, as are their ports
    QString port;
    QString database;
    QString user;
    QString tls;             // sslmode
    QString rootCertificate; // sslrootcert, a file as the next two
    QString certificate;     // sslcert
    QString key;             // sslkey
    QString rest;            // further keywords, as written: "connect_timeout=5"
    QString password;        // read, so that it can be put where it belongs; never written

    bool operator==(const ConnectionFields&) const = default;
};

bool isConnectionUri(const QString& connection);

// "key=value", the value quoted where libpq wants it.
QString keywordPair(const QString& key, const QString& value);

// The fields as a libpq keyword string; values with spaces or quotes are quoted as libpq wants it.
QString toKeywords(const ConnectionFields& fields);

// The fields as a URI. What no URI can say (a keyword without a value) makes it a keyword string.
QString toUri(const ConnectionFields& fields);

// The fields of a keyword string or URI. What can't be read goes to `rest`, so that nothing is lost; libpq judges it
// when it is used.
ConnectionFields fromConnectionString(const QString& connection);

} // namespace lifeguard
