// SPDX-License-Identifier: Apache-2.0
// Behind a transaction pooler, which refuses start-up options.
#include "app/private_server/unprivileged_process.h"
#include "core/resilience/error_class.h"
#include "tests/support/server_fixture.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestPgBouncer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void startUpOptionsAreSetBySqlInstead();
    void aStartUpOptionOfTheProfileIsRefusedForGood();
    void aPoolerWithoutAPlaceIsToldInItsOwnWords();

  private:
    tl::expected<std::unique_ptr<PostgresSession>, DatabaseError> tryOpen(const char* more = "") const
    {
        const std::atomic<bool> never{false};
        // PgBouncer's socket has the server's port in its name, in a folder of its own.
        const std::string connection =
            QStringLiteral("host=%1 port=6432 user=app dbname=shop").arg(m_folder.path()).toStdString() + more;
        return PostgresConnector(connection, {"behind", {}, 30'000ms}).openPostgres(inSeconds(30), never);
    }

    ServerFixture m_fixture;
    QTemporaryDir m_folder;
    QProcess m_bouncer;
};

void TestPgBouncer::initTestCase()
{
    m_fixture.start();
    QVERIFY(giveToUnprivilegedUser(m_folder.path()));
    QFile settings(m_folder.filePath(QStringLiteral("pgbouncer.ini")));
    QVERIFY(settings.open(QIODevice::WriteOnly));
    // With auth_type "any" the login at the server is the one that the database line names.
    settings.write(QStringLiteral("[databases]\nshop = host=%1 port=%2 user=app\n[pgbouncer]\nlisten_port = 6432\n"
                                  "listen_addr =\nunix_socket_dir = %3\nauth_type = any\npool_mode = transaction\n"
                                  "max_client_conn = 3\n")
                       .arg(m_fixture.server.folder())
                       .arg(m_fixture.server.port())
                       .arg(m_folder.path())
                       .toUtf8());
    settings.close();
    dropPrivileges(m_bouncer, SIGKILL);
    m_bouncer.setProcessChannelMode(QProcess::MergedChannels);
    m_bouncer.start(QStringLiteral("/usr/sbin/pgbouncer"), {settings.fileName()});
    QVERIFY2(m_bouncer.waitForStarted(), qPrintable(m_bouncer.errorString()));
    QTRY_VERIFY2_WITH_TIMEOUT(tryOpen().has_value(), m_bouncer.readAll().constData(), 30'000);
}

void TestPgBouncer::cleanupTestCase()
{
    m_bouncer.terminate();
    m_bouncer.waitForFinished();
}

void TestPgBouncer::startUpOptionsAreSetBySqlInstead()
{
    const auto session = tryOpen();
    QVERIFY2(session.has_value(), session ? "" : describe(session.error()).c_str());
    const auto rows = (*session)->run("SHOW statement_timeout", {}, inSeconds(30));
    QVERIFY(rows.has_value());
    QCOMPARE(textAt(*rows, 0, 0), std::string("30s"));
}

void TestPgBouncer::aStartUpOptionOfTheProfileIsRefusedForGood()
{
    const auto session = tryOpen(" options='-c work_mem=8MB'");
    QVERIFY(!session);
    QCOMPARE(session.error().sqlState, std::string("08P01"));
    QCOMPARE(classify(session.error(), Phase::Connect).remedy,
             Remedy::Stop); // ours are left out, and this one is not ours
}

void TestPgBouncer::aPoolerWithoutAPlaceIsToldInItsOwnWords()
{
    std::vector<tl::expected<std::unique_ptr<PostgresSession>, DatabaseError>> taken;
    for (int i = 0; i < 8; ++i) {
        taken.push_back(tryOpen());
        if (!taken.back())
            break;
    }
    QVERIFY(!taken.back());
    QCOMPARE(taken.back().error().sqlState, std::string("08P01"));
    QVERIFY2(taken.back().error().message.find("max_client_conn") != std::string::npos,
             taken.back().error().message.c_str());
}

QTEST_GUILESS_MAIN(TestPgBouncer)
#include "tst_pgbouncer.moc"
