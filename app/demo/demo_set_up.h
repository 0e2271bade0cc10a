// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/traffic.h"
#include "core/fleet/profile.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace lifeguard {

// What the demo consists of: tables of values. All of it is on one private server, in database "shop".

QStringList demoServerSettings(); // lines for postgresql.conf
QString demoRolesSql();           // in database postgres: the roles and database shop
QString demoShopSql();            // in database shop: the applications' tables with some rows, and the probe's schema

inline const QString kDemoDatabase = QStringLiteral("shop");
inline const QString kDemoConsoleRole = QStringLiteral("lifeguard");

// The console's own pools, on a connection string of the console's role.
std::vector<Profile> demoProfiles(const std::string& connection);
std::vector<TrafficPlan> demoTraffic(); // one for each profile

struct DemoApplication {
    QString habit; // of lifeguard-demo-client; its application_name too
    QString role;
};
std::vector<DemoApplication> demoApplications();

} // namespace lifeguard
