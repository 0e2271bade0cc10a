// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/private_server/private_server.h"
#include "core/postgres/postgres_connector.h"

#include <QtTest>

namespace lifeguard {

// A private PostgreSQL for the tests of one class, with the roles that they need: "app" (may do what an application
// does), "guest" (may do nothing else), "reader" (pg_monitor), "watcher" (pg_monitor and pg_signal_backend), "locked"
// (asks for a password: "right"), each with database "shop".
class ServerFixture {
  public:
    enum class Reach { Socket, SocketAndTcp };

    explicit ServerFixture(const QStringList& settings = {}, Reach reach = Reach::Socket)
        : server(options(settings, reach))
    {
    }

    void start()
    {
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY2(server.run(QStringLiteral("SET password_encryption = 'scram-sha-256'; CREATE ROLE app LOGIN;"
                                           "CREATE ROLE guest LOGIN; CREATE ROLE watcher LOGIN;"
                                           "CREATE ROLE locked LOGIN PASSWORD 'right';"
                                           "CREATE ROLE reader LOGIN; GRANT pg_monitor TO reader;"
                                           "GRANT pg_monitor, pg_signal_backend TO watcher;"
                                           "CREATE DATABASE shop OWNER app;"),
                            QStringLiteral("postgres"), &error),
                 qPrintable(error));
    }

    std::string connection(const char* user, const char* database = "shop") const
    {
        return server.connection(QString::fromLatin1(user), QString::fromLatin1(database)).toStdString();
    }
    std::string tcp(const char* user, const char* database = "shop") const
    {
        return server.tcpConnection(QString::fromLatin1(user), QString::fromLatin1(database)).toStdString();
    }

    // Opens a session; fails the test when it can't.
    std::unique_ptr<PostgresSession> open(const char* user, const std::string& application = "test") const
    {
        const std::atomic<bool> never{false};
        auto session = PostgresConnector(connection(user), {application, {}, std::chrono::milliseconds{30'000}})
                           .openPostgres(Clock::now() + std::chrono::seconds{30}, never);
        if (!session) {
            QTest::qFail(describe(session.error()).c_str(), __FILE__, __LINE__);
            return nullptr;
        }
        return std::move(*session);
    }

    // One value, asked as the superuser.
    QString ask(const QString& sql) const
    {
        const auto session = open("postgres", "asker");
        const auto rows = session->run(sql.toStdString(), {}, Clock::now() + std::chrono::seconds{30});
        return rows ? QString::fromStdString(textAt(*rows, 0, 0)) : QString::fromStdString(describe(rows.error()));
    }

    int sessionsOf(const char* application) const
    {
        return ask(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE application_name = '%1'")
                       .arg(QLatin1String(application)))
            .toInt();
    }

    // Returns once they are gone.
    void endSessionsOf(const char* application) const
    {
        ask(QStringLiteral(
                "SELECT count(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity WHERE application_name = '%1'")
                .arg(QLatin1String(application)));
    }

    PrivateServer server;

  private:
    static PrivateServerOptions options(const QStringList& settings, Reach reach)
    {
        PrivateServerOptions made;
        made.prefix = QStringLiteral("lifeguard-test-");
        made.settings = settings;
        made.tcp = reach == Reach::SocketAndTcp;
        made.accessRules = {QStringLiteral("host all locked 127.0.0.1/32 scram-sha-256"),
                            QStringLiteral("local all locked scram-sha-256")};
        return made;
    }
};

inline TimePoint inSeconds(int seconds)
{
    return Clock::now() + std::chrono::seconds{seconds};
}

} // namespace lifeguard
