// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_set_up.h"

#include "core/postgres/registration_steps.h"

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

// Three pools of the console's (26), its monitor, a health check, and the applications' 8, 12 and 3 fit in, tightly.
constexpr int kMaxConnections = 60;

constexpr const char* kRolesSql = R"sql(
CREATE ROLE lifeguard LOGIN IN ROLE pg_monitor, pg_signal_backend;
CREATE ROLE shop LOGIN;
CREATE ROLE reports LOGIN;
CREATE ROLE cron LOGIN;
CREATE DATABASE shop;
)sql";

constexpr const char* kShopSql = R"sql(
CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  country text NOT NULL
);
CREATE TABLE orders (
  id integer PRIMARY KEY,
  user_id integer NOT NULL REFERENCES users (id),
  total numeric(10, 2) NOT NULL,
  placed_at timestamptz NOT NULL
);
CREATE INDEX ON orders (user_id);
CREATE TABLE jobs (
  name text PRIMARY KEY,
  runs integer NOT NULL DEFAULT 0,
  last_run timestamptz
);
INSERT INTO users
  SELECT n, 'Customer ' || n, (ARRAY['DE', 'ES', 'FI', 'FR', 'IT', 'PT'])[1 + n % 6] FROM generate_series(1, 500) n;
INSERT INTO orders
  SELECT n, 1 + n * 7 % 500, (n * 37 % 20000) / 100.0 + 1, now() - n * interval '7 minutes'
  FROM generate_series(1, 5000) n;
INSERT INTO jobs (name) VALUES ('invoices'), ('newsletter'), ('clean-up');
ANALYZE;
GRANT SELECT, UPDATE ON users, orders TO shop;
GRANT SELECT ON users, orders TO reports;
GRANT SELECT, UPDATE ON jobs TO cron;
)sql";

constexpr const char* kProbeGrantsSql = R"sql(
GRANT USAGE ON SCHEMA lifeguard_probe TO lifeguard;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA lifeguard_probe TO lifeguard;
)sql";

Profile profile(std::string name, const std::string& connection, Preset preset, int maxSize)
{
    Profile result{std::move(name), connection, preset, optionsFor(preset), Environment::Development, false};
    result.options.maxSize = maxSize;
    return result;
}

} // namespace

QStringList demoServerSettings()
{
    // Test registrations are rolled back and leave dead rows: a demo may run all day.
    return {QStringLiteral("max_connections = %1").arg(kMaxConnections), QStringLiteral("autovacuum_naptime = 30s")};
}

QString demoRolesSql()
{
    return QString::fromUtf8(kRolesSql);
}

QString demoShopSql()
{
    return QString::fromUtf8(kShopSql) + QString::fromStdString(registrationSchemaSql())
           + QString::fromUtf8(kProbeGrantsSql);
}

std::vector<Profile> demoProfiles(const std::string& connection)
{
    return {profile("orders-api", connection, Preset::Default, 10), profile("auth", connection, Preset::Serverless, 10),
            profile("billing", connection, Preset::Default, 6)};
}

std::vector<TrafficPlan> demoTraffic()
{
    return {
        {"orders-api", {2, 9, milliseconds(40'000), 14, milliseconds(45'000), milliseconds(5'000)}, milliseconds(350)},
        {"auth", {1, 4, milliseconds(27'000), 0, milliseconds(1), milliseconds(0)}, milliseconds(200)},
        {"billing", {1, 3, milliseconds(33'000), 8, milliseconds(100'000), milliseconds(4'000)}, milliseconds(250)},
    };
}

std::vector<DemoApplication> demoApplications()
{
    return {{QStringLiteral("shop-web"), QStringLiteral("shop")},
            {QStringLiteral("reports"), QStringLiteral("reports")},
            {QStringLiteral("legacy-cron"), QStringLiteral("cron")}};
}

} // namespace lifeguard
