// SPDX-License-Identifier: Apache-2.0
// A primary and a standby, and pools that have to know which is which.
#include "core/pool/pool.h"
#include "core/postgres/transaction.h"
#include "tests/support/server_fixture.h"
#include "tests/support/silent_server.h"

#include <QFile>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

constexpr int kWriters = 4;

using Opened = tl::expected<std::unique_ptr<PostgresSession>, DatabaseError>;

Opened tryOpen(const std::string& connection, TimePoint deadline = inSeconds(30), SessionSettings settings = {})
{
    const std::atomic<bool> never{false};
    return PostgresConnector(connection, std::move(settings)).openPostgres(deadline, never);
}

// A pool that keeps what it tells, with callers who write all the time.
class WritingPool {
  public:
    explicit WritingPool(const std::string& connection, std::chrono::milliseconds bypass = PoolOptions().bypassWindow)
    {
        PoolSetup setup;
        setup.name = "orders";
        setup.options.minSize = setup.options.maxSize = kWriters;
        setup.options.needsWritable = true;
        setup.options.acquireTimeout = 30s;
        setup.options.bypassWindow = bypass;
        setup.connector = std::make_shared<PostgresConnector>(connection, settingsFor(setup.options, "writer"));
        setup.onEvent = [this](Event event) {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(std::move(event));
        };
        pool = std::make_unique<Pool>(std::move(setup));
    }
    ~WritingPool() { stop(); }
    WritingPool(const WritingPool&) = delete;
    WritingPool& operator=(const WritingPool&) = delete;

    void start()
    {
        for (int i = 0; i < kWriters; ++i)
            m_writers.emplace_back([this] {
                while (!m_stop)
                    write();
            });
    }
    void stop()
    {
        m_stop = true;
        for (std::thread& writer : m_writers)
            writer.join();
        m_writers.clear();
    }

    bool write()
    {
        const auto lease = pool->acquire("writer");
        const auto done = lease ? postgresSession(*lease).run("INSERT INTO t VALUES (1)", {}, inSeconds(30))
                                : tl::unexpected(DatabaseError{ErrorSign::Other, {}, describe(lease.error()), {}});
        const std::lock_guard lock(m_mutex);
        if (!done)
            m_errors.push_back(describe(done.error()));
        else
            ++m_writes;
        return done.has_value();
    }

    int writes() const
    {
        const std::lock_guard lock(m_mutex);
        return m_writes;
    }
    std::vector<std::string> errors() const
    {
        const std::lock_guard lock(m_mutex);
        return m_errors;
    }
    bool told(EventKind kind, const std::string& words) const
    {
        const std::lock_guard lock(m_mutex);
        return std::any_of(m_events.begin(), m_events.end(), [&](const Event& event) {
            return event.kind == kind && event.text.find(words) != std::string::npos;
        });
    }

  private:
    mutable std::mutex m_mutex; // guards what follows up to the threads
    std::vector<Event> m_events;
    std::vector<std::string> m_errors;
    int m_writes = 0;
    std::atomic<bool> m_stop{false};
    std::vector<std::thread> m_writers;

  public:
    std::unique_ptr<Pool> pool; // last: it tells until it is gone
};

QByteArray joined(const std::vector<std::string>& lines)
{
    QByteArray all;
    for (const std::string& line : lines)
        all += QByteArray::fromStdString(line) + "\n";
    return all;
}

PrivateServerOptions standbyOf(const PrivateServer& primary)
{
    PrivateServerOptions options;
    options.prefix = QStringLiteral("lifeguard-test-");
    options.standbyOf = primary.connection(primary.superuser(), QStringLiteral("postgres"));
    return options;
}

} // namespace

class TestFailover : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void theRoleAskedForIsFoundWhereverItStands();
    void aReadingPoolIsContentWithAStandby();
    void aWishForTheContraryIsRefused();
    void whatEveryHostSaidIsTold();
    void aHostThatNeverAnswersHasOnlyItsShareOfTheTime();
    void aHostWithAWrongNameIsPassedOver();
    void aUsersOwnReadOnlyTransactionIsNoDemotion();
    void aUsersOwnReadOnlySessionCostsItsConnectionOnly();
    // These change the servers, so they stand last and in this order.
    void aStoppedPrimaryIsReplacedByTheStandbyThatIsPromoted();
    void theOldPrimaryComesBackAsAStandbyAndIsNotWrittenTo();
    void aServerThatTurnsReadOnlyIsLeftByAllAtOnce();
    void oneFailedWriteIsEnoughForAllConnections();
    void anIdlePoolNoticesBeforeItsNextCallerWrites();

  private:
    std::string both(const char* more = "") const
    {
        return "host=" + m_first.server.folder().toStdString() + "," + m_second->folder().toStdString()
               + " port=" + std::to_string(m_first.server.port()) + "," + std::to_string(m_second->port())
               + " user=app dbname=shop " + more;
    }
    static int portOf(const Opened& session)
    {
        const auto rows =
            session ? (*session)->run("SHOW port", {}, inSeconds(30)) : tl::unexpected(DatabaseError(session.error()));
        if (!rows)
            QTest::qFail(describe(rows.error()).c_str(), __FILE__, __LINE__);
        return rows ? std::stoi(textAt(*rows, 0, 0)) : 0;
    }
    // Both are asked as the superuser.
    static QString ask(PrivateServer& server, const QString& sql)
    {
        const Opened session = tryOpen(server.connection(server.superuser(), QStringLiteral("shop")).toStdString(),
                                       inSeconds(30), {"asker"});
        const auto rows = session ? (*session)->run(sql.toStdString(), {}, inSeconds(30))
                                  : tl::unexpected(DatabaseError(session.error()));
        return QString::fromStdString(!rows                         ? describe(rows.error())
                                      : PQntuples(rows->get()) == 0 ? std::string()
                                                                    : textAt(*rows, 0, 0));
    }
    static int writersOn(PrivateServer& server)
    {
        return ask(server, QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'writer'"))
            .toInt();
    }
    static void setReadOnly(PrivateServer& server, bool readOnly)
    {
        // In this session it may be on already.
        ask(server, QStringLiteral("ALTER SYSTEM SET default_transaction_read_only = %1")
                        .arg(readOnly ? QLatin1String("on") : QLatin1String("off")));
        ask(server, QStringLiteral("SELECT pg_reload_conf()"));
        QTRY_COMPARE(ask(server, QStringLiteral("SHOW default_transaction_read_only")),
                     readOnly ? QStringLiteral("on") : QStringLiteral("off"));
    }
    void followSecond() const; // the first becomes a standby of the second with its next start

    ServerFixture m_first;
    std::unique_ptr<PrivateServer> m_second;
};

void TestFailover::initTestCase()
{
    m_first.start();
    QVERIFY(m_first.open("app")->run("CREATE TABLE t (x int)", {}, inSeconds(30)).has_value());
    m_second = std::make_unique<PrivateServer>(standbyOf(m_first.server));
    QString error;
    QVERIFY2(m_second->start(&error), qPrintable(error));
    QCOMPARE(ask(*m_second, QStringLiteral("SELECT pg_is_in_recovery()")), QStringLiteral("t"));
}

void TestFailover::theRoleAskedForIsFoundWhereverItStands()
{
    const int first = m_first.server.port();
    const int second = m_second->port();
    QCOMPARE(portOf(tryOpen(both())), first);
    QCOMPARE(portOf(tryOpen(both("target_session_attrs=read-write"))), first);
    QCOMPARE(portOf(tryOpen(both("target_session_attrs=primary"))), first);
    QCOMPARE(portOf(tryOpen(both("target_session_attrs=standby"))), second);
    QCOMPARE(portOf(tryOpen(both("target_session_attrs=read-only"))), second);
    QCOMPARE(portOf(tryOpen(both("target_session_attrs=prefer-standby"))), second);
    const std::string primaryOnly = m_first.connection("app");
    QCOMPARE(portOf(tryOpen(primaryOnly + " target_session_attrs=prefer-standby")), first);
    SessionSettings writes;
    writes.needsWritable = true;
    QCOMPARE(portOf(tryOpen(both(), inSeconds(30), writes)), first);
}

void TestFailover::aReadingPoolIsContentWithAStandby()
{
    const Opened session = tryOpen(m_second->connection(QStringLiteral("app"), QStringLiteral("shop")).toStdString());
    QVERIFY(session.has_value());
    const auto refused = (*session)->run("INSERT INTO t VALUES (1)", {}, inSeconds(30));
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, std::string("25006"));
    QVERIFY((*session)->reusable()); // it can read, which is all that was asked for
    QVERIFY(!(*session)->peek());
}

void TestFailover::aWishForTheContraryIsRefused()
{
    SessionSettings writes;
    writes.needsWritable = true;
    const Opened refused = tryOpen(both("target_session_attrs=standby"), inSeconds(30), writes);
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::BadOption);
}

void TestFailover::whatEveryHostSaidIsTold()
{
    const std::string second = m_second->folder().toStdString();
    const Opened refused = tryOpen("host=127.0.0.1," + second + " port=1," + std::to_string(m_second->port())
                                   + " user=app dbname=shop target_session_attrs=read-write");
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, std::string("25006")); // says more than a port where nothing listens
    QVERIFY2(refused.error().detail.find("127.0.0.1:1: ") != std::string::npos, refused.error().detail.c_str());
    QVERIFY2(refused.error().detail.find(second) != std::string::npos, refused.error().detail.c_str());
}

// libpq alone would wait for the first one until the time is over.
void TestFailover::aHostThatNeverAnswersHasOnlyItsShareOfTheTime()
{
    const SilentServer silent;
    const TimePoint begin = Clock::now();
    const Opened session =
        tryOpen("host=127.0.0.1," + m_first.server.folder().toStdString() + " port=" + std::to_string(silent.port())
                    + "," + std::to_string(m_first.server.port()) + " user=app dbname=shop",
                begin + 2s);
    QVERIFY2(session.has_value(), session ? "" : describe(session.error()).c_str());
    QVERIFY(Clock::now() - begin >= 1s);
    QVERIFY(Clock::now() - begin < 2s);
}

void TestFailover::aHostWithAWrongNameIsPassedOver()
{
    const Opened session = tryOpen("host=no-such-host.invalid," + m_first.server.folder().toStdString()
                                   + " user=app dbname=shop port=" + std::to_string(m_first.server.port()));
    QVERIFY2(session.has_value(), session ? "" : describe(session.error()).c_str());
}

void TestFailover::aUsersOwnReadOnlyTransactionIsNoDemotion()
{
    WritingPool writing(both());
    QTRY_COMPARE(writing.pool->snapshot().idle, kWriters);
    const auto refused = transaction(*writing.pool, {.readOnly = true},
                                     [](pqxx::dbtransaction& work) { work.exec("INSERT INTO t VALUES (1)"); });
    QVERIFY(!refused);
    QCOMPARE(refused.error().error->sqlState, std::string("25006"));
    QVERIFY(writing.write());
    QCOMPARE(writing.pool->snapshot().generation, std::uint64_t{1});
    QCOMPARE(writing.pool->snapshot().closedInAll(), std::uint64_t{0});
}

void TestFailover::aUsersOwnReadOnlySessionCostsItsConnectionOnly()
{
    WritingPool writing(both());
    QTRY_COMPARE(writing.pool->snapshot().idle, kWriters);
    {
        const auto lease = writing.pool->acquire();
        QVERIFY(postgresSession(*lease).run("SET default_transaction_read_only = on", {}, inSeconds(30)).has_value());
    }
    QTRY_COMPARE(writing.pool->snapshot().closedInAll(), std::uint64_t{1});
    QCOMPARE(writing.pool->snapshot().generation, std::uint64_t{1});
    for (int i = 0; i < 2 * kWriters; ++i)
        QVERIFY(writing.write());
}

void TestFailover::aStoppedPrimaryIsReplacedByTheStandbyThatIsPromoted()
{
    WritingPool writing(both());
    writing.start();
    QTRY_VERIFY(writing.writes() > 0);
    followSecond();
    m_first.server.stop();                                         // sends all of its log first
    QTRY_VERIFY(writing.told(EventKind::RetryScheduled, "25006")); // the standby was asked, and is none yet
    const TimePoint begin = Clock::now();
    QCOMPARE(ask(*m_second, QStringLiteral("SELECT pg_promote()")), QStringLiteral("t"));
    const int before = writing.writes();
    QTRY_VERIFY(writing.writes() > before);
    QVERIFY(Clock::now() - begin < 5s); // the promotion included
    QTRY_COMPARE(writersOn(*m_second), kWriters);
    writing.stop();
    QVERIFY2(writing.errors().size() <= kWriters, joined(writing.errors()).constData()); // those that were in flight
    QCOMPARE(writing.pool->snapshot().failed, std::uint64_t{0});                         // nobody waited in vain
}

void TestFailover::theOldPrimaryComesBackAsAStandbyAndIsNotWrittenTo()
{
    QString error;
    QVERIFY2(m_first.server.start(&error), qPrintable(error));
    QCOMPARE(ask(m_first.server, QStringLiteral("SELECT pg_is_in_recovery()")), QStringLiteral("t"));
    WritingPool writing(both());
    QTRY_COMPARE(writing.pool->snapshot().idle, kWriters);
    for (int i = 0; i < 2 * kWriters; ++i)
        QVERIFY(writing.write());
    QCOMPARE(writersOn(m_first.server), 0);
    QCOMPARE(writersOn(*m_second), kWriters);
    QTRY_COMPARE(ask(m_first.server, QStringLiteral("SELECT count(*) FROM t")),
                 ask(*m_second, QStringLiteral("SELECT count(*) FROM t")));
}

void TestFailover::aServerThatTurnsReadOnlyIsLeftByAllAtOnce()
{
    WritingPool writing(both());
    writing.start();
    QTRY_VERIFY(writing.writes() > 0);
    setReadOnly(*m_second, true); // its sessions live on
    QTRY_VERIFY(writing.told(EventKind::PoolRecreated, "The server turned read-only (25006): looking for the primary"));
    QTRY_COMPARE(writersOn(*m_second), 0);
    setReadOnly(*m_second, false);
    const int before = writing.writes();
    QTRY_VERIFY(writing.writes() > before);
    writing.stop();
    const std::vector<std::string> errors = writing.errors();
    QVERIFY2(errors.size() <= kWriters, joined(errors).constData()); // one for each lease in flight
    for (const std::string& error : errors)
        QVERIFY2(error.rfind("25006 ", 0) == 0, error.c_str());
    QCOMPARE(writing.pool->snapshot().failed, std::uint64_t{0});
}

// None of the other three is lent any more, though none is asked (they are within the bypass window).
void TestFailover::oneFailedWriteIsEnoughForAllConnections()
{
    WritingPool writing(both(), 1h);
    QTRY_COMPARE(writing.pool->snapshot().idle, kWriters);
    setReadOnly(*m_second, true);
    QVERIFY(!writing.write());
    auto caller = std::async(std::launch::async, [&writing] { return writing.write(); });
    QTRY_VERIFY(writing.told(EventKind::PoolRecreated, "looking for the primary"));
    setReadOnly(*m_second, false);
    QVERIFY2(caller.get(), joined(writing.errors()).constData());
    QCOMPARE(writing.errors().size(), std::size_t{1});
    QCOMPARE(writing.pool->snapshot().generation, std::uint64_t{2});
}

void TestFailover::anIdlePoolNoticesBeforeItsNextCallerWrites()
{
    WritingPool writing(both());
    QTRY_COMPARE(writing.pool->snapshot().idle, kWriters);
    setReadOnly(*m_second, true);
    const TimePoint rested = Clock::now() + writing.pool->options().bypassWindow;
    QTRY_VERIFY(Clock::now() > rested); // from now on they are validated
    auto caller = std::async(std::launch::async, [&writing] { return writing.write(); });
    QTRY_VERIFY(writing.told(EventKind::PoolRecreated, "looking for the primary"));
    setReadOnly(*m_second, false);
    QVERIFY2(caller.get(), joined(writing.errors()).constData());
}

void TestFailover::followSecond() const
{
    const QString data = m_first.server.folder() + QStringLiteral("/data/");
    QFile settings(data + QStringLiteral("postgresql.auto.conf"));
    QVERIFY(settings.open(QIODevice::Append));
    settings.write(QStringLiteral("primary_conninfo = 'host=%1 port=%2 user=postgres'\n")
                       .arg(m_second->folder())
                       .arg(m_second->port())
                       .toUtf8());
    QFile signal(data + QStringLiteral("standby.signal"));
    QVERIFY(signal.open(QIODevice::WriteOnly));
}

QTEST_GUILESS_MAIN(TestFailover)
#include "tst_failover.moc"
