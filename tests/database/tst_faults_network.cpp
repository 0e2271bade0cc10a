// SPDX-License-Identifier: Apache-2.0
// What a pool's callers see when the network has a bad time: packets that are dropped or late, links that are cut,
// links of which one side knows nothing any more, a name that is gone.
#include "tests/support/fault_fixture.h"
#include "tests/support/tcp_proxy.h"

#include <dlfcn.h>
#include <netdb.h>

#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

using enum EventKind;

namespace {

constexpr auto kTimeout = 500ms;
constexpr const char* kName = "db.fault.test";
std::atomic<bool> s_nameIsKnown{true};

} // namespace

// The system's resolver, with one more name.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* wish, addrinfo** found)
{
    static const auto systems = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (name == nullptr || std::strcmp(name, kName) != 0)
        return systems(name, service, wish, found);
    return s_nameIsKnown ? systems("127.0.0.1", service, wish, found) : EAI_NONAME;
}

class TestFaultsNetwork : public QObject, private FaultTest {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { startServer(); }
    void init()
    {
        watchAnew();
        m_proxy = std::make_unique<TcpProxy>(m_fixture.server.port());
        QVERIFY(m_proxy->port() > 0);
    }
    void silenceEndsOperationsByTheirDeadline_data();
    void silenceEndsOperationsByTheirDeadline();
    void aSlowNetworkIsOnlySlow();
    void linksThatAreCutFailOnlyWhatWasInFlight_data();
    void linksThatAreCutFailOnlyWhatWasInFlight();
    void loginsThatAreCutAreTriedAgain();
    void clientsThatTheServerForgotEndByTheirDeadline();
    void aServerThatKeepsADeadSessionIsNotWaitedFor();
    void aNameThatIsGoneKeepsOnlyNewConnectionsAway();

  private:
    std::string through(const char* host = "127.0.0.1") const
    {
        return std::string("host=") + host + " port=" + std::to_string(m_proxy->port()) + " user=app dbname=shop";
    }

    std::unique_ptr<TcpProxy> m_proxy;
};

void TestFaultsNetwork::silenceEndsOperationsByTheirDeadline_data()
{
    QTest::addColumn<bool>("acknowledged");
    QTest::newRow("packets dropped") << false;
    QTest::newRow("acknowledged, not passed on") << true;
}

void TestFaultsNetwork::silenceEndsOperationsByTheirDeadline()
{
    QFETCH(const bool, acknowledged);
    PoolOptions options = faultOptions(2, 2);
    options.connectTimeout = 300ms;
    FaultPool faults(through(), options);
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    if (acknowledged)
        m_proxy->stop();
    else
        QVERIFY2(m_proxy->drop(), "This kernel lets no program drop packets of its own sockets (SO_ATTACH_FILTER).");
    std::vector<std::future<Outcome>> operations;
    operations.reserve(5);
    for (int i = 0; i < 4; ++i)
        operations.push_back(std::async(std::launch::async, [&, i] {
            return i % 2 == 0 ? faults.operate("SELECT 1", kTimeout) : faults.inTransaction("SELECT 1", kTimeout);
        }));
    for (auto& operation : operations) {
        const Outcome outcome = operation.get();
        QVERIFY2(!outcome.ok(), words(outcome).constData());
        QVERIFY2(outcome.took >= kTimeout - 20ms && outcome.took <= kTimeout + kLate, words(outcome).constData());
    }
    QTRY_VERIFY(faults.count(RetryScheduled) >= 1); // new connections meet the same silence
    m_proxy->loseServer(); // else it learns of the ends whenever a packet is repeated, which is nobody's promise
    m_proxy->forward();
    const Outcome outcome = faults.operate("SELECT 1", 20s);
    QVERIFY2(outcome.ok(), words(outcome).constData());
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    verifyOrder(faults, {OperationTimedOut, RetryScheduled, ConnectionOpened, Recovered});
    verifyAccounts(faults);
}

void TestFaultsNetwork::aSlowNetworkIsOnlySlow()
{
    PoolOptions options = faultOptions(2, 2);
    options.bypassWindow = 0ms;
    FaultPool faults(through(), options);
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    m_proxy->delay(30ms);
    for (int i = 0; i < 5; ++i) {
        const Outcome outcome = faults.operate("SELECT 1", 20s);
        QVERIFY2(outcome.ok(), words(outcome).constData());
        QVERIFY2(outcome.took >= 60ms, words(outcome).constData());
    }
    QCOMPARE(faults.count(ConnectionLost) + faults.count(RetryScheduled), 0);
    QCOMPARE(faults.pool->snapshot().opened, std::uint64_t{2});
    verifyAccounts(faults);
}

void TestFaultsNetwork::linksThatAreCutFailOnlyWhatWasInFlight_data()
{
    QTest::addColumn<int>("bytes");
    for (const int bytes : {1, 5, 6, 40, 1'000, 100'000}) // in a message's head, behind it, in rows
        QTest::addRow("after %d bytes", bytes) << bytes;
}

void TestFaultsNetwork::linksThatAreCutFailOnlyWhatWasInFlight()
{
    QFETCH(const int, bytes);
    FaultPool faults(through(), faultOptions(2, 2));
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    m_proxy->cutAfter(static_cast<std::size_t>(bytes));
    std::vector<std::future<Outcome>> operations;
    operations.reserve(5);
    for (int i = 0; i < 2; ++i)
        operations.push_back(std::async(std::launch::async, [&] {
            return faults.operate("SELECT repeat('x', 100) FROM generate_series(1, 5000)", 20s);
        }));
    for (auto& operation : operations) {
        const Outcome outcome = operation.get();
        QVERIFY2(outcome.leased && outcome.error && outcome.error->sign == ErrorSign::LinkLost,
                 words(outcome).constData());
    }
    m_proxy->forward();
    for (int i = 0; i < 10; ++i) {
        const Outcome outcome = faults.operate("SELECT 1", 20s);
        QVERIFY2(outcome.ok(), words(outcome).constData());
    }
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    verifyOrder(faults, {ConnectionOpened, ConnectionLost, ConnectionOpened, Recovered});
    verifyAccounts(faults);
}

void TestFaultsNetwork::loginsThatAreCutAreTriedAgain()
{
    m_proxy->cutAfter(20); // the server's first answer is longer
    FaultPool faults(through(), faultOptions(2, 2));
    auto operation = std::async(std::launch::async, [&] { return faults.operate("SELECT 1", 20s); });
    QTRY_VERIFY(faults.count(RetryScheduled) >= 2);
    m_proxy->forward();
    const Outcome outcome = operation.get();
    QVERIFY2(outcome.ok(), words(outcome).constData());
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    verifyOrder(faults, {RetryScheduled, RetryScheduled, ConnectionOpened, Recovered});
    verifyAccounts(faults);
}

void TestFaultsNetwork::clientsThatTheServerForgotEndByTheirDeadline()
{
    PoolOptions options = faultOptions(2, 2);
    options.bypassWindow = 0ms;
    options.validationTimeout = 200ms;
    FaultPool faults(through(), options);
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    m_proxy->loseServer();
    const Outcome outcome = faults.operate("SELECT 1", 20s); // validation finds both out, one after the other
    QVERIFY2(outcome.ok() && outcome.took <= 2 * options.validationTimeout + kLate, words(outcome).constData());
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    verifyOrder(faults, {ConnectionLost, ConnectionOpened, Recovered});
    verifyAccounts(faults);
}

// The server counts the dead session until it notices; so the pool is not at its maximum here.
void TestFaultsNetwork::aServerThatKeepsADeadSessionIsNotWaitedFor()
{
    FaultPool faults(through(), faultOptions(1, 2));
    QTRY_COMPARE(faults.pool->snapshot().idle, 1);
    m_proxy->loseClients();
    const TimePoint begin = Clock::now();
    QTRY_COMPARE(faults.count(ConnectionLost), 1); // seen without a caller
    const Outcome outcome = faults.operate("SELECT 1", 20s);
    QVERIFY2(outcome.ok(), words(outcome).constData());
    QVERIFY(Clock::now() - begin <= 1s + kLate);
    verifyOrder(faults, {ConnectionLost, ConnectionOpened, Recovered});
    QTRY_COMPARE(m_fixture.sessionsOf(kFaultApplication), 2);
    m_proxy.reset();
    verifyAccounts(faults);
}

void TestFaultsNetwork::aNameThatIsGoneKeepsOnlyNewConnectionsAway()
{
    FaultPool faults(through(kName), faultOptions(2, 2));
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    s_nameIsKnown = false;
    QVERIFY(faults.operate("SELECT 1", 20s).ok()); // who is in stays in
    m_fixture.endSessionsOf(kFaultApplication);
    QTRY_VERIFY(faults.count(RetryScheduled) >= 2);
    const Outcome refused = faults.operate("SELECT 1", kTimeout);
    QVERIFY2(refused.refused && refused.refused->lastError
                 && refused.refused->lastError->sign == ErrorSign::NameNotFound,
             words(refused).constData());
    QVERIFY2(refused.took <= kTimeout + kLate, words(refused).constData());
    s_nameIsKnown = true;
    const TimePoint known = Clock::now();
    QTRY_COMPARE(faults.pool->snapshot().idle, 2);
    QVERIFY(Clock::now() - known <= 1s + kLate); // by the pool itself
    verifyOrder(faults, {ConnectionLost, RetryScheduled, ConnectionOpened, Recovered});
    verifyAccounts(faults);
}

QTEST_GUILESS_MAIN(TestFaultsNetwork)
#include "tst_faults_network.moc"
