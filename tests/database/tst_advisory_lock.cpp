// SPDX-License-Identifier: Apache-2.0
// What withAdvisoryLock() promises, on a real PostgreSQL and with processes of their own.
#include "core/postgres/advisory_lock.h"
#include "tests/support/call_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include <QProcess>
#include <QTemporaryDir>

#include <cstdlib>
#include <future>
#include <iostream>
#include <stdexcept>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

const std::string kKey = "invoices";

// The critical section: no other process may be in it, which a file tells, and an unguarded read, add and write, which
// loses updates unless the next one sees what this one committed. Returns whether it was alone.
bool enter(pqxx::dbtransaction& work, const std::string& file)
{
    const int opened = open(file.c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const int amount = work.exec("SELECT amount FROM accounts WHERE id = 1")[0][0].as<int>();
    std::this_thread::sleep_for(1ms); // for the others to come in, if anything let them
    work.exec("UPDATE accounts SET amount = " + std::to_string(amount + 1) + " WHERE id = 1");
    if (opened < 0)
        return false;
    close(opened);
    unlink(file.c_str());
    return true;
}

// The other processes of these tests: this program, called with `CONNECTION FILE TIMES`. Without times it holds the
// lock until it is killed.
int beOther(const std::string& connection, const std::string& file, int times)
{
    const auto pool = makePool(connection);
    if (times == 0) {
        (void)withAdvisoryLock(*pool, kKey, inSeconds(100), [](pqxx::dbtransaction&) {
            std::cout << "held" << std::endl;
            pause();
        });
        return EXIT_FAILURE;
    }
    for (int i = 0; i < times; ++i) {
        const auto alone = withAdvisoryLock(*pool, kKey, inSeconds(100),
                                            [&file](pqxx::dbtransaction& work) { return enter(work, file); });
        if (!alone || !*alone) {
            std::cout << (alone ? "somebody else was in it" : describe(alone.error())) << std::endl;
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}

} // namespace

class TestAdvisoryLock : public QObject, private CallTest {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { startServer(); }
    void init() { beginAnew(); }
    void processesNeverRunTheSameSectionTogether();
    void theLockOfAKilledProcessIsFree();
    void otherKeysAreNotInTheWay();
    void otherProgramsMeetTheSameLock();
    void aHeldLockEndsTheWaitByTheDeadline();
    void theWaitMayOutlastTheStatementTimeout();
    void theWorkHasItsOwnTimeoutsAgain();
    void exceptionsAndErrorsFreeTheLock();
    void workThatOutlastsTheDeadlineFreesTheLock();
    void keysMayHaveAnyCharacter();

  private:
    std::unique_ptr<QProcess> startOther(int times, const QString& file = {}) const
    {
        auto other = std::make_unique<QProcess>();
        other->start(QCoreApplication::applicationFilePath(),
                     {QString::fromStdString(m_fixture.connection("app")), file, QString::number(times)});
        return other;
    }
    int locks() { return asked("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"); }
    bool isFree(const std::string& key)
    {
        const auto session = m_fixture.open("app", "looker");
        const auto rows =
            session->run("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", {key}, inSeconds(30));
        return rows && textAt(*rows, 0, 0) == "t";
    }
    // Runs `during` while another caller holds the lock.
    template <typename During> void whileHeld(During&& during)
    {
        std::promise<void> enough;
        std::atomic<bool> held{false};
        auto holder = std::async(std::launch::async, [&] {
            return withAdvisoryLock(*m_pool, kKey, inSeconds(100), [&](pqxx::dbtransaction&) {
                held = true;
                enough.get_future().wait();
            });
        });
        QTRY_VERIFY(held);
        during();
        enough.set_value();
        QVERIFY(holder.get().has_value());
    }
};

void TestAdvisoryLock::processesNeverRunTheSameSectionTogether()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("inside"));
    constexpr int kTimes = 100;
    const auto one = startOther(kTimes, file);
    const auto two = startOther(kTimes, file);
    for (QProcess* other : {one.get(), two.get()}) {
        QVERIFY(other->waitForFinished(100'000));
        QVERIFY2(other->exitCode() == EXIT_SUCCESS, other->readAll().constData());
    }
    QCOMPARE(asked("SELECT amount FROM accounts WHERE id = 1"), 100 + 2 * kTimes); // no update was lost
    QCOMPARE(locks(), 0);
}

void TestAdvisoryLock::theLockOfAKilledProcessIsFree()
{
    const auto other = startOther(0);
    QVERIFY(other->waitForReadyRead(30'000));
    QVERIFY(!isFree(kKey));
    other->kill();
    QVERIFY(withAdvisoryLock(*m_pool, kKey, inSeconds(30), [](pqxx::dbtransaction&) {}).has_value());
    QVERIFY(other->waitForFinished());
    QCOMPARE(locks(), 0);
}

void TestAdvisoryLock::otherKeysAreNotInTheWay()
{
    whileHeld([this] {
        const auto other = withAdvisoryLock(*m_pool, "reports", inSeconds(30), [](pqxx::dbtransaction&) { return 7; });
        QVERIFY2(other.has_value(), other ? "" : words(other.error()).constData());
        QCOMPARE(*other, 7);
    });
    QCOMPARE(locks(), 0);
}

void TestAdvisoryLock::otherProgramsMeetTheSameLock()
{
    QVERIFY(isFree(kKey));
    whileHeld([this] {
        QVERIFY(!isFree(kKey));
        QVERIFY(isFree("reports"));
    });
    QVERIFY(isFree(kKey));
}

void TestAdvisoryLock::aHeldLockEndsTheWaitByTheDeadline()
{
    int runs = 0;
    whileHeld([this, &runs] {
        const TimePoint begin = Clock::now();
        const auto refused = withAdvisoryLock(*m_pool, kKey, begin + 400ms, [&runs](pqxx::dbtransaction&) { ++runs; });
        const Duration took = Clock::now() - begin;
        QVERIFY(!refused);
        QCOMPARE(refused.error().end, CallEnd::LockHeld);
        QCOMPARE(stateOf(refused.error()), std::string("55P03"));
        QVERIFY2(took > 200ms && took < 1'500ms, QByteArray::number(took / 1ms));
        QCOMPARE(locks(), 1); // the holder's; nobody waits any more
    });
    QCOMPARE(runs, 0);
    QCOMPARE(locks(), 0);
    QCOMPARE(m_pool->snapshot().closedInAll(), std::uint64_t{0}); // it costs no connection
    const auto late = withAdvisoryLock(*m_pool, kKey, Clock::now() - 1s, [&runs](pqxx::dbtransaction&) { ++runs; });
    QVERIFY(!late);
    QCOMPARE(runs, 0);
    verifyNothingIsLeft();
}

void TestAdvisoryLock::theWaitMayOutlastTheStatementTimeout()
{
    PoolOptions options;
    options.statementTimeout = 200ms;
    const auto pool = makePool(m_fixture.connection("app"), 1, options);
    std::future<tl::expected<void, CallError>> waiter;
    whileHeld([&] {
        waiter = std::async(std::launch::async,
                            [&] { return withAdvisoryLock(*pool, kKey, inSeconds(30), [](pqxx::dbtransaction&) {}); });
        QTRY_COMPARE(asked("SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
                           " AND NOT granted AND clock_timestamp() - query_start > '500 ms'"),
                     1);
    });
    const auto done = waiter.get();
    QVERIFY2(done.has_value(), done ? "" : words(done.error()).constData());
}

void TestAdvisoryLock::theWorkHasItsOwnTimeoutsAgain()
{
    const auto setting = [](pqxx::dbtransaction& work, const std::string& name) {
        return work.exec("SHOW " + name)[0][0].as<std::string>();
    };
    const auto both = withAdvisoryLock(*m_pool, kKey, inSeconds(30), [&](pqxx::dbtransaction& work) {
        return setting(work, "lock_timeout") + " " + setting(work, "statement_timeout") + " "
               + setting(work, "transaction_isolation");
    });
    QCOMPARE(*both, std::string("0 30s read committed"));
    const auto after = transaction(*m_pool, {}, [&](pqxx::dbtransaction& work) {
        return setting(work, "lock_timeout") + " " + setting(work, "statement_timeout");
    });
    QCOMPARE(*after, std::string("0 30s"));
}

void TestAdvisoryLock::exceptionsAndErrorsFreeTheLock()
{
    const auto throwing = [this] {
        (void)withAdvisoryLock(*m_pool, kKey, inSeconds(30), [this](pqxx::dbtransaction&) {
            QCOMPARE(locks(), 1);
            throw std::out_of_range("the application's own");
        });
    };
    QVERIFY_EXCEPTION_THROWN(throwing(), std::out_of_range);
    QCOMPARE(locks(), 0);
    const auto failed =
        withAdvisoryLock(*m_pool, kKey, inSeconds(30), [](pqxx::dbtransaction& work) { work.exec("SELECT 1/0"); });
    QCOMPARE(stateOf(failed.error()), std::string("22012"));
    QCOMPARE(locks(), 0);
    verifyNothingIsLeft();
}

void TestAdvisoryLock::workThatOutlastsTheDeadlineFreesTheLock()
{
    const auto ended = withAdvisoryLock(*m_pool, kKey, Clock::now() + 300ms,
                                        [](pqxx::dbtransaction& work) { work.exec("SELECT pg_sleep(600)"); });
    QVERIFY(!ended);
    QCOMPARE(ended.error().end, CallEnd::DeadlinePassed);
    QTRY_COMPARE(locks(), 0); // the server notices within a second that nobody is there any more
    verifyNothingIsLeft();
}

void TestAdvisoryLock::keysMayHaveAnyCharacter()
{
    for (const std::string& key : {std::string("it's \\'; DROP TABLE t; -- $$ $1"), std::string(),
                                   std::string(5'000, 'x'), std::string("\xc3\xa9t\xc3\xa9")}) {
        const auto done =
            withAdvisoryLock(*m_pool, key, inSeconds(30), [&](pqxx::dbtransaction&) { return !isFree(key); });
        QVERIFY2(done.has_value(), done ? "" : words(done.error()).constData());
        QVERIFY(*done);
    }
    QCOMPARE(asked("SELECT count(*) FROM t"), 0);
    const auto refused = withAdvisoryLock(*m_pool, "\xff", inSeconds(30), [](pqxx::dbtransaction&) {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().end, CallEnd::Failed);
    QCOMPARE(locks(), 0);
    verifyNothingIsLeft();
}

int main(int argc, char** argv)
{
    if (argc == 4)
        return beOther(argv[1], argv[2], std::atoi(argv[3]));
    QCoreApplication application(argc, argv);
    TestAdvisoryLock test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_advisory_lock.moc"
