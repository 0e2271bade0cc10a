// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace lifeguard {

// A connection that another program's file describes. The password is apart, so that it is never shown or saved with
// the rest.
struct ImportedConnection {
    QString name;       // the service's; the variable's
    QString connection; // a URI or keyword string, without a password
    QString password;
};

// The services of a pg_service.conf, as libpq reads it. One that is looked up by LDAP is left out: the file doesn't say
// where it is.
std::vector<ImportedConnection> connectionsInServiceFile(const QString& text);

// The variables of a .env file whose value is a postgres:// or postgresql:// URI: quoted or not, with or without
// "export ".
std::vector<ImportedConnection> connectionsInEnvFile(const QString& text);

} // namespace lifeguard
