// SPDX-License-Identifier: Apache-2.0
// Behind a transaction pooler, which refuses start-up options.
#include "app/private_server/unprivileged_process.h"
#include "core/pool/pool.h"
#include "core/postgres/advisory_lock.h"
#include "core/resilience/error_class.h"
#include "tests/support/server_fixture.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <mutex>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestPgBouncer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void startUpOptionsAreSetBySqlInstead();
    void aPoolTellsOnceWhatIsSetBySqlInstead();
    void aTransactionHasItsTimeoutsOnWhicheverConnectionItRuns();
    void aStartUpOptionOfTheProfileIsRefusedForGood();
    void aPoolerWithoutAPlaceIsToldInItsOwnWords();

  private:
    // PgBouncer's socket has its port in its name, in a folder of its own.
    std::string connection() const
    {
        return QStringLiteral("host=%1 port=6432 user=app dbname=shop").arg(m_folder.path()).toStdString();
    }
    tl::expected<std::unique_ptr<PostgresSession>, DatabaseError> tryOpen(const char* more = "") const
    {
        const std::atomic<bool> never{false};
        return PostgresConnector(connection() + more, {"behind", {}, 30'000ms}).openPostgres(inSeconds(30), never);
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

void TestPgBouncer::aPoolTellsOnceWhatIsSetBySqlInstead()
{
    std::mutex mutex;
    std::vector<Event> warnings;
    PoolSetup setup;
    setup.options.minSize = 2;
    setup.options.maxSize = 2;
    setup.options.lockTimeout = 2s;
    setup.connector = std::make_shared<PostgresConnector>(connection(), settingsFor(setup.options, "behind"));
    setup.onEvent = [&](Event event) {
        const std::lock_guard lock(mutex);
        if (event.kind == EventKind::ConfigurationWarning)
            warnings.push_back(std::move(event));
    };
    Pool pool(std::move(setup));
    QTRY_COMPARE(pool.snapshot().idle, 2);
    QVERIFY(pool.shutdown());
    QCOMPARE(warnings.size(), std::size_t{1});
    QVERIFY2(warnings[0].text.find("client_connection_check_interval, lock_timeout, statement_timeout")
                 != std::string::npos,
             warnings[0].text.c_str());
}

// What a SET did is gone with the pooler's connection, and nobody who asks through it would notice.
void TestPgBouncer::aTransactionHasItsTimeoutsOnWhicheverConnectionItRuns()
{
    PoolSetup setup;
    setup.options.maxSize = 1;
    setup.connector = std::make_shared<PostgresConnector>(connection(), settingsFor(setup.options, "behind"));
    Pool pool(std::move(setup));
    const auto timeout = [](pqxx::transaction_base& work) {
        return work.exec("SHOW statement_timeout")[0][0].as<std::string>();
    };
    QCOMPARE(*run(pool, {}, timeout), std::string("30s"));
    m_fixture.endSessionsOf("behind"); // the pooler's; it has another one made
    const auto after = run(pool, {.repeatable = true}, timeout);
    QVERIFY2(after.has_value(), after ? "" : describe(after.error()).c_str());
    const auto within = transaction(pool, {}, timeout);
    QVERIFY2(within.has_value(), within ? "" : describe(within.error()).c_str());
    QCOMPARE(*after, std::string("0"));
    QCOMPARE(*within, std::string("30s"));
    QCOMPARE(*withAdvisoryLock(pool, "key", inSeconds(30), timeout), std::string("30s"));
    QCOMPARE(*run(pool, {}, timeout), std::string("0")); // nothing is left to others of the pooler
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
