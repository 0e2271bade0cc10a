// SPDX-License-Identifier: Apache-2.0
// The bad days of a login, against a real server.
#include "tests/support/server_fixture.h"

#include <future>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Opened = tl::expected<std::unique_ptr<PostgresSession>, DatabaseError>;

Opened tryOpen(const std::string& connection, const std::string& password = {}, TimePoint deadline = inSeconds(30))
{
    const std::atomic<bool> never{false};
    return PostgresConnector(connection, {"test", password, 30'000ms}).openPostgres(deadline, never);
}

// A socket that the kernel answers for and nobody reads.
class SilentServer {
  public:
    SilentServer() : m_socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(m_socket, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(m_socket, 8) == 0
            && getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size) == 0)
            m_port = ntohs(address.sin_port);
    }
    ~SilentServer() { close(m_socket); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;

    std::string connection() const { return "host=127.0.0.1 user=app dbname=shop port=" + std::to_string(m_port); }

  private:
    int m_socket;
    int m_port = 0;
};

} // namespace

class TestPgConnect : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void theRightLoginWorksOverSocketAndTcp();
    void wrongPasswordIsToldWithItsSqlState();
    void aMissingPasswordIsToldAsSuch();
    void wrongDatabaseIsToldWithItsSqlState();
    void wrongHostIsTold();
    void wrongPortIsTold();
    void aServerThatNeverAnswersEndsByTheDeadline();
    void givingUpEndsAnAttemptSoon();
    void noFreeConnectionIsToldWithItsSqlState();
    void aServerThatStartsUpOrIsAwayIsToldAsSuch();
    void aServerSettingThatTheUserAsksForInVainIsNamed();

  private:
    ServerFixture m_fixture{{QStringLiteral("max_connections = 12")}, ServerFixture::Reach::SocketAndTcp};
};

void TestPgConnect::theRightLoginWorksOverSocketAndTcp()
{
    const Opened local = tryOpen(m_fixture.connection("app"));
    QVERIFY2(local.has_value(), local ? "" : describe(local.error()).c_str());
    QVERIFY((*local)->local());
    QVERIFY((*local)->server().backendPid > 0);
    QVERIFY((*local)->server().version.find('.') != std::string::npos);
    const Opened tcp = tryOpen(m_fixture.tcp("locked"), "right");
    QVERIFY2(tcp.has_value(), tcp ? "" : describe(tcp.error()).c_str());
    QVERIFY(!(*tcp)->local());
}

void TestPgConnect::wrongPasswordIsToldWithItsSqlState()
{
    const Opened refused = tryOpen(m_fixture.tcp("locked"), "wrong-password");
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, std::string("28P01"));
    QVERIFY(describe(refused.error()).find("wrong-password") == std::string::npos);
}

void TestPgConnect::aMissingPasswordIsToldAsSuch()
{
    const Opened refused = tryOpen(m_fixture.tcp("locked"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, std::string("28P01"));
    QVERIFY2(refused.error().message.find("password") != std::string::npos, refused.error().message.c_str());
}

void TestPgConnect::wrongDatabaseIsToldWithItsSqlState()
{
    const Opened refused = tryOpen(m_fixture.connection("app", "nowhere"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, std::string("3D000"));
    QCOMPARE(refused.error().message, std::string("database \"nowhere\" does not exist"));
}

void TestPgConnect::wrongHostIsTold()
{
    const Opened refused = tryOpen("host=no-such-host.invalid user=app dbname=shop");
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::NameNotFound);
    QVERIFY(refused.error().message.find("no-such-host.invalid") != std::string::npos);
}

void TestPgConnect::wrongPortIsTold()
{
    const Opened refused = tryOpen("host=127.0.0.1 port=1 user=app dbname=shop");
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::Refused);
}

void TestPgConnect::aServerThatNeverAnswersEndsByTheDeadline()
{
    const SilentServer silent;
    const TimePoint begin = Clock::now();
    const Opened refused = tryOpen(silent.connection(), {}, begin + 300ms);
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::Timeout);
    QVERIFY(Clock::now() - begin >= 300ms);
    QVERIFY(Clock::now() - begin < 5s);
}

void TestPgConnect::givingUpEndsAnAttemptSoon()
{
    const SilentServer silent;
    std::atomic<bool> giveUp{false};
    auto attempt = std::async(std::launch::async, [&] {
        return PostgresConnector(silent.connection(), {"test", {}, 0ms}).openPostgres(inSeconds(60), giveUp);
    });
    giveUp = true;
    const TimePoint begin = Clock::now();
    const Opened refused = attempt.get();
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::Cancelled);
    QVERIFY(Clock::now() - begin < 10s);
}

void TestPgConnect::noFreeConnectionIsToldWithItsSqlState()
{
    std::vector<Opened> taken;
    for (int i = 0; i < 12; ++i) {
        taken.push_back(tryOpen(m_fixture.connection("app")));
        if (!taken.back())
            break;
    }
    QVERIFY(!taken.back());
    QCOMPARE(taken.back().error().sqlState, std::string("53300"));
}

void TestPgConnect::aServerThatStartsUpOrIsAwayIsToldAsSuch()
{
    const std::string connection = m_fixture.connection("app");
    m_fixture.server.stop();
    const Opened refused = tryOpen(connection);
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::Refused);
    QString error;
    QVERIFY2(m_fixture.server.start(&error), qPrintable(error));
    QVERIFY(tryOpen(connection).has_value()); // the same port and socket
}

void TestPgConnect::aServerSettingThatTheUserAsksForInVainIsNamed()
{
    const Opened refused = tryOpen(m_fixture.connection("app") + " options='-c no_such_setting=1'");
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, std::string("42704"));
    QVERIFY(refused.error().message.find("no_such_setting") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestPgConnect)
#include "tst_pg_connect.moc"
