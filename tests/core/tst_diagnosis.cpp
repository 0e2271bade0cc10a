// SPDX-License-Identifier: Apache-2.0
#include "core/pool/diagnosis.h"

#include "core/resilience/error_class.h"
#include "tests/support/pool_fixture.h"

#include <QtTest>
#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestDiagnosis : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void aPoolAtWorkSaysHowMuchIsLeased();
    void aFullPoolNamesTheOldestLease();
    void aServerThatRefusesIsToldWithItsNumbersWhereTheyAreKnown();
    void aServerThatIsAwayIsToldWithTheNextAttempt();
    void aStoppedPoolSaysWhatIsWrong();
    void aLostConnectionIsNotCalledDown();
    void whatStillServesIsToldBesideTheTrouble();
    void aPoolThatOpensOrClosesSaysSo();
    void aNameThatStaysUnknownMayBeWrong();
    void aLongOutageIsToldWithItsDate();
    void theSnapshotKnowsTheOldestLeaseAndItsHolder();
    void aFullPoolAndADeadDatabaseLookDifferentToACaller();
    void aSnapshotOfAHundredConnectionsIsCheap();
};

namespace {

// A sanity bound, far above the goal of 1 µs, so that a busy machine passes. Sanitizers watch every look at a slot:
// under ThreadSanitizer, without optimization, a snapshot takes as long as a hundred.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::chrono::microseconds kCheap{1'000};
#else
constexpr std::chrono::microseconds kCheap{50};
#endif

PoolFacts working()
{
    PoolFacts facts;
    facts.at = TimePoint{} + 100h;
    facts.state = PoolState::Running;
    facts.maxSize = 10;
    facts.active = 3;
    facts.idle = 2;
    return facts;
}

PoolFacts troubled(DatabaseError error)
{
    PoolFacts facts = working();
    facts.active = facts.idle = 0;
    facts.lastError = std::move(error);
    facts.troubleSince = facts.at - 30s;
    facts.downSince = WallTime{} + 12h + 3min + 11s; // TZ is UTC here
    facts.attempt = 6;
    facts.nextAttemptAt = facts.at + 3200ms;
    return facts;
}

const DatabaseError kStartingUp = serverError("57P03", "the database system is starting up");
const DatabaseError kTooMany = serverError("53300", "sorry, too many clients already");
const DatabaseError kWrongPassword = serverError("28P01", "password authentication failed for user \"app\"");

bool startsWith(const std::string& text, const char* begin)
{
    return text.starts_with(begin);
}

} // namespace

void TestDiagnosis::initTestCase()
{
    qputenv("TZ", "UTC");
    tzset();
}

void TestDiagnosis::aPoolAtWorkSaysHowMuchIsLeased()
{
    QCOMPARE(diagnose(working()), std::string("Working: 3 of 10 leased, nobody waits"));
    PoolFacts facts = working();
    facts.waiting = 1;
    facts.oldestWait = 12ms;
    QCOMPARE(diagnose(facts), std::string("Working: 3 of 10 leased; 1 waits, for 12 ms"));
}

void TestDiagnosis::aFullPoolNamesTheOldestLease()
{
    PoolFacts facts = working();
    facts.active = 10;
    facts.idle = 0;
    facts.oldestLease = 41s;
    facts.oldestHolder = "report_job";
    QCOMPARE(diagnose(facts), std::string("Full: 10 of 10 leased, the oldest for 41 s by report_job"));
    facts.oldestHolder.clear();
    facts.waiting = 3;
    facts.oldestWait = 1800ms;
    const std::string full = "Full: 10 of 10 leased, the oldest for 41 s; 3 wait, the longest for 1.8 s";
    QCOMPARE(diagnose(facts), full);
    facts.lastError = kTooMany; // of an earlier attempt: a full pool makes none
    QCOMPARE(diagnose(facts), full);
}

void TestDiagnosis::aServerThatRefusesIsToldWithItsNumbersWhereTheyAreKnown()
{
    const PoolFacts facts = troubled(kTooMany);
    QCOMPARE(diagnose(facts, ServerLoad{100, 100}),
             std::string("The server refuses: 53300, 100 of 100 in use; attempt 7 in 3.2 s"));
    QCOMPARE(diagnose(facts),
             std::string("The server refuses: 53300 sorry, too many clients already; attempt 7 in 3.2 s"));
    QCOMPARE(diagnose(troubled(serverError("53200", "out of memory")), ServerLoad{9, 100}),
             std::string("The server refuses: 53200 out of memory; attempt 7 in 3.2 s"));
}

void TestDiagnosis::aServerThatIsAwayIsToldWithTheNextAttempt()
{
    PoolFacts facts = troubled(kStartingUp);
    const std::string why = ": 57P03 the database system is starting up";
    QCOMPARE(diagnose(facts), "Down since 12:03:11, attempt 7 in 3.2 s" + why);
    facts.nextAttemptAt = facts.at;
    QCOMPARE(diagnose(facts), "Down since 12:03:11, attempt 7 now" + why);
    facts.nextAttemptAt = TimePoint::max();
    QCOMPARE(diagnose(facts), "Down since 12:03:11, attempt 7 when a caller comes" + why);
    facts.opening = 1;
    QCOMPARE(diagnose(facts), "Down since 12:03:11, attempt 7 under way" + why);
    for (const ErrorSign sign : {ErrorSign::Refused, ErrorSign::Timeout, ErrorSign::Unreachable, ErrorSign::Other})
        QVERIFY(startsWith(diagnose(troubled({sign, {}, "words", {}})), "Down since 12:03:11"));
}

void TestDiagnosis::aStoppedPoolSaysWhatIsWrong()
{
    PoolFacts facts = troubled(kWrongPassword);
    facts.circuit = CircuitState::Open;
    facts.circuitRetryAt = TimePoint::max();
    QCOMPARE(diagnose(facts),
             std::string("Stopped: wrong password (28P01 password authentication failed for user \"app\")"));
}

void TestDiagnosis::aLostConnectionIsNotCalledDown()
{
    PoolFacts facts = troubled(serverError("57P01", "terminating connection"));
    facts.attempt = 0;
    facts.nextAttemptAt = {};
    QCOMPARE(diagnose(facts), std::string("Reconnecting since 12:03:11: 57P01 terminating connection"));
}

void TestDiagnosis::whatStillServesIsToldBesideTheTrouble()
{
    PoolFacts facts = troubled(kTooMany);
    facts.active = 4;
    facts.idle = 0;
    facts.waiting = 2;
    facts.oldestWait = 2s;
    facts.oldestLease = 41s;
    facts.oldestHolder = "report_job";
    QCOMPARE(diagnose(facts, ServerLoad{97, 100}),
             std::string("The server refuses: 53300, 97 of 100 in use; attempt 7 in 3.2 s; 4 of 10 still serve, 4 "
                         "leased, the oldest for 41 s by report_job; 2 wait, the longest for 2.0 s"));
}

void TestDiagnosis::aPoolThatOpensOrClosesSaysSo()
{
    PoolFacts facts = working();
    facts.idle = 0;
    facts.opening = 2;
    facts.waiting = 2;
    facts.oldestWait = 150ms;
    QCOMPARE(diagnose(facts), std::string("Opening: 3 of 10 leased, 2 being opened; 2 wait, the longest for 0.1 s"));
    facts.state = PoolState::ShuttingDown;
    facts.oldestLease = 41s;
    QCOMPARE(diagnose(facts), std::string("Shutting down: 3 still leased, the oldest for 41 s"));
    facts.state = PoolState::Closed;
    QCOMPARE(diagnose(facts), std::string("Closed"));
    QCOMPARE(diagnose(PoolFacts{}), std::string("Starting"));
}

void TestDiagnosis::aNameThatStaysUnknownMayBeWrong()
{
    PoolFacts facts = troubled({ErrorSign::NameNotFound, {}, "no such host", {}});
    QVERIFY(diagnose(facts).ends_with(": no such host"));
    facts.troubleSince = facts.at - 60s;
    QVERIFY(diagnose(facts).ends_with(": no such host; the name may be wrong or gone"));
}

void TestDiagnosis::aLongOutageIsToldWithItsDate()
{
    PoolFacts facts = troubled(kStartingUp);
    facts.troubleSince = facts.at - 12h;
    QVERIFY(startsWith(diagnose(facts), "Down since 1970-01-01 12:03:11, attempt 7"));
}

void TestDiagnosis::theSnapshotKnowsTheOldestLeaseAndItsHolder()
{
    PoolOptions options;
    options.minSize = options.maxSize = 3;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 3);
    QCOMPARE(fixture.pool->snapshot().oldestLease, 0ms);
    auto first = fixture.pool->acquire("report_job");
    fixture.time->advance(5s);
    auto second = fixture.pool->acquire("GET /cart");
    fixture.time->advance(2s);
    QCOMPARE(fixture.pool->snapshot().oldestLease, 7'000ms);
    QCOMPARE(fixture.pool->snapshot().oldestHolder, std::string("report_job"));
    std::move(*first).release();
    QCOMPARE(fixture.pool->snapshot().oldestLease, 2'000ms);
    QCOMPARE(fixture.pool->snapshot().oldestHolder, std::string("GET /cart"));
    std::move(*second).release();
    QVERIFY(fixture.pool->snapshot().oldestHolder.empty());
    QCOMPARE(diagnose(fixture.pool->snapshot()), std::string("Working: 0 of 3 leased, nobody waits"));
}

void TestDiagnosis::aFullPoolAndADeadDatabaseLookDifferentToACaller()
{
    PoolOptions options;
    options.minSize = 0;
    options.maxSize = 1;
    options.acquireTimeout = 5s;
    PoolFixture fixture(options);
    auto held = fixture.pool->acquire("report_job");
    QVERIFY(held.has_value());
    fixture.time->advance(36s);
    auto late = std::async(std::launch::async, [&] { return fixture.pool->acquire("late"); });
    QTRY_COMPARE(fixture.pool->snapshot().waiting, 1);
    fixture.time->advance(5s);
    const auto full = late.get();
    QCOMPARE(full.error().reason, AcquireFailure::Timeout);
    QCOMPARE(diagnose(full.error()), std::string("Full: 1 of 1 leased, the oldest for 41 s by report_job"));
    QVERIFY(describe(full.error()).find(diagnose(full.error())) != std::string::npos);

    held->discard();
    std::move(*held).release();
    QTRY_COMPARE(fixture.server->live(), 0);
    fixture.server->fail(StubServer::Step::Open, {ErrorSign::Refused, {}, "connection refused", {}});
    const WallTime down = fixture.time->wallNow();
    auto caller = std::async(std::launch::async, [&] { return fixture.pool->acquire("caller"); });
    QTRY_VERIFY(fixture.pool->snapshot().attempt > 0);
    QCOMPARE(fixture.pool->snapshot().downSince, down);
    fixture.time->advance(5s);
    const auto dead = caller.get();
    QVERIFY2(startsWith(diagnose(dead.error()), "Down since "), diagnose(dead.error()).c_str());
    QVERIFY(diagnose(dead.error()).find("connection refused") != std::string::npos);
    QVERIFY(messageForUsers(full.error()) != messageForUsers(dead.error()));

    fixture.server->succeed(StubServer::Step::Open);
    fixture.pool->softReset("ops");
    QVERIFY(fixture.pool->acquire().has_value());
    QCOMPARE(fixture.pool->snapshot().attempt, 0);
    QCOMPARE(fixture.pool->snapshot().downSince, WallTime{});
}

// Prints the figure.
void TestDiagnosis::aSnapshotOfAHundredConnectionsIsCheap()
{
    PoolOptions options;
    options.minSize = options.maxSize = 100;
    PoolFixture fixture(options);
    QTRY_COMPARE(fixture.pool->snapshot().idle, 100);
    std::vector<Lease> leases;
    for (int i = 0; i < 60; ++i)
        leases.push_back(*fixture.pool->acquire("somebody with a long name"));
    constexpr int kRounds = 20'000;
    const TimePoint begin = Clock::now();
    for (int i = 0; i < kRounds; ++i)
        QCOMPARE(fixture.pool->snapshot().active, 60);
    const auto each = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin) / kRounds;
    qInfo("a snapshot takes %lld ns", static_cast<long long>(each.count()));
    QVERIFY(each < kCheap);
}

QTEST_GUILESS_MAIN(TestDiagnosis)
#include "tst_diagnosis.moc"
