// SPDX-License-Identifier: Apache-2.0
// The bad days of a login, against a real server.
#include "tests/support/server_fixture.h"
#include "tests/support/silent_server.h"

#include <future>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

using namespace lifeguard;
using namespace std::literals;

namespace {

using Opened = tl::expected<std::unique_ptr<PostgresSession>, DatabaseError>;

Opened tryOpen(const std::string& connection, const std::string& password = {}, TimePoint deadline = inSeconds(30))
{
    const std::atomic<bool> never{false};
    return PostgresConnector(connection, {"test", password, 30'000ms}).openPostgres(deadline, never);
}

// Set as long as this lives.
class Variable {
  public:
    Variable(const char* name, const QByteArray& value) : m_name(name) { qputenv(name, value); }
    ~Variable() { qunsetenv(m_name); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* const m_name;
};

// Speaks as a server does that can't look after its clients (on Windows, say): it refuses a start-up that asks for it,
// and the same by SQL. Ends when a client that it has let in goes.
class PlainServer {
  public:
    PlainServer() : m_thread([this] { serve(); }) {}
    ~PlainServer()
    {
        if (m_thread.joinable())
            m_thread.join();
    }
    PlainServer(const PlainServer&) = delete;
    PlainServer& operator=(const PlainServer&) = delete;

    std::string connection() const { return m_listener.connection() + " sslmode=disable gssencmode=disable"; }

    std::string statements() // all that the client has sent, when it is gone
    {
        m_thread.join();
        return m_statements;
    }

  private:
    static std::string message(char type, const std::string& body)
    {
        const auto size = static_cast<char>(body.size() + 4); // all of ours are short
        return std::string{type, 0, 0, 0, size} + body;
    }
    static std::string refusal() { return message('E', "SERROR\0C22023\0Mnot on this platform\0\0"s); }
    static std::string ready() { return message('Z', "I"); }

    static std::string read(int client, std::size_t headerSize) // one message without its type and length
    {
        std::string header(headerSize, '\0');
        if (recv(client, header.data(), headerSize, MSG_WAITALL) != static_cast<ssize_t>(headerSize))
            return {};
        const auto byte = [&](std::size_t back) { return static_cast<unsigned char>(header[headerSize - back]); };
        std::string body(byte(2) * 256U + byte(1) - 4U, '\0');
        return recv(client, body.data(), body.size(), MSG_WAITALL) < 0 ? std::string() : body;
    }

    void serve()
    {
        const timeval patience{30, 0}; // so that a client that never comes can't hold the test
        setsockopt(m_listener.handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        for (bool letIn = false; !letIn;) {
            const int client = accept(m_listener.handle(), nullptr, nullptr);
            if (client < 0)
                return;
            letIn = read(client, 4).find("client_connection_check_interval") == std::string::npos;
            const std::string answer = letIn ? message('R', "\0\0\0\0"s) + ready() : refusal();
            send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
            while (letIn && answerOne(client)) {
            }
            close(client);
        }
    }

    bool answerOne(int client)
    {
        const std::string sql = read(client, 5);
        if (sql.empty()) // the farewell
            return false;
        m_statements += sql.c_str() + "; "s;
        const bool refused = sql.find("client_connection_check_interval") != std::string::npos;
        const std::string answer = (refused ? refusal() : message('C', "SET\0"s)) + ready();
        return send(client, answer.data(), answer.size(), MSG_NOSIGNAL) > 0;
    }

    SilentServer m_listener;
    std::string m_statements; // the thread's until it has ended
    std::thread m_thread;
};

} // namespace

class TestPgConnect : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void theRightLoginWorksOverSocketAndTcp();
    void aHostsNameIsKeptBesideItsAddresses();
    void wrongPasswordIsToldWithItsSqlState();
    void aMissingPasswordIsToldAsSuch();
    void wrongDatabaseIsToldWithItsSqlState();
    void wrongHostIsTold();
    void wrongPortIsTold();
    void aServerThatNeverAnswersEndsByTheDeadline();
    void givingUpEndsAnAttemptSoon();
    void aHostsNameDoesNotHoldWhoHasGivenUpOrIsLate();
    void aNameFromTheEnvironmentOrAServiceFileIsLookedUpByTheDeadline();
    void aServiceFileLeadsToItsServer();
    void noFreeConnectionIsToldWithItsSqlState();
    void aServerThatStartsUpOrIsAwayIsToldAsSuch();
    void aServerSettingThatTheUserAsksForInVainIsNamed();
    void aServerThatCanNotLookAfterItsClientsIsUsedWithoutThat();

  private:
    QByteArray serviceFile(const QByteArray& lines) // with the service "shop"
    {
        QFile file(m_folder.filePath(QStringLiteral("pg_service.conf")));
        if (!file.open(QIODevice::WriteOnly) || file.write("[shop]\n" + lines + "\n") < 0)
            qFatal("the service file can't be written");
        return file.fileName().toLocal8Bit();
    }

    QTemporaryDir m_folder;
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

void TestPgConnect::aHostsNameIsKeptBesideItsAddresses()
{
    const std::atomic<bool> never{false};
    ConnectionParameters parameters = *parseConnection(m_fixture.tcp("locked"));
    parameters["host"] = "localhost"; // often two addresses, of which our server listens at one
    const auto connection = lifeguard::connect(parameters, {"test", "right", 0ms}, inSeconds(30), never);
    QVERIFY2(connection.has_value(), connection ? "" : describe(connection.error()).c_str());
    QCOMPARE(PQhost(connection->connection.get()), "localhost"); // TLS and ~/.pgpass go by it
    QCOMPARE(PQhostaddr(connection->connection.get()), "127.0.0.1");
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

// libpq looks a name up at once and for as long as it takes, whatever the deadline.
void TestPgConnect::aHostsNameDoesNotHoldWhoHasGivenUpOrIsLate()
{
    const std::string connection = "host=no-such-host.invalid user=app dbname=shop";
    const std::atomic<bool> givenUp{true};
    const Opened given = PostgresConnector(connection, {"test", {}, 0ms}).openPostgres(inSeconds(60), givenUp);
    QCOMPARE(given.error().sign, ErrorSign::Cancelled);
    const Opened late = tryOpen(connection, {}, Clock::now() - 1ms);
    QCOMPARE(late.error().sign, ErrorSign::Timeout);
}

void TestPgConnect::aNameFromTheEnvironmentOrAServiceFileIsLookedUpByTheDeadline()
{
    const Variable service("PGSERVICEFILE", serviceFile("host=no-such-host.invalid"));
    QCOMPARE(tryOpen("service=shop", {}, Clock::now() - 1ms).error().sign, ErrorSign::Timeout);
    QCOMPARE(tryOpen("service=shop").error().sign, ErrorSign::NameNotFound);
    const Variable host("PGHOST", "no-such-host.invalid");
    QCOMPARE(tryOpen("user=app dbname=shop", {}, Clock::now() - 1ms).error().sign, ErrorSign::Timeout);
    QCOMPARE(tryOpen("user=app dbname=shop").error().sign, ErrorSign::NameNotFound);
}

void TestPgConnect::aServiceFileLeadsToItsServer()
{
    const auto there = parseConnection(m_fixture.tcp("locked"));
    QByteArray lines = "password=right"; // which the profile must not hold
    for (const auto& [key, value] : *there)
        lines += QByteArray("\n") + key.c_str() + "=" + value.c_str();
    const Variable service("PGSERVICEFILE", serviceFile(lines));
    const Opened session = tryOpen("service=shop");
    QVERIFY2(session.has_value(), session ? "" : describe(session.error()).c_str());
    const Opened nowhere = tryOpen("service=nowhere");
    QVERIFY2(nowhere.error().message.find("nowhere") != std::string::npos, describe(nowhere.error()).c_str());
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

void TestPgConnect::aServerThatCanNotLookAfterItsClientsIsUsedWithoutThat()
{
    PlainServer server;
    {
        const std::atomic<bool> never{false};
        const auto connection =
            lifeguard::connect(*parseConnection(server.connection()), {"test", {}, 30'000ms}, inSeconds(30), never);
        QVERIFY2(connection.has_value(), connection ? "" : describe(connection.error()).c_str());
    }
    QCOMPARE(server.statements(), "SET client_connection_check_interval = 1000; SET statement_timeout = 30000; "s);
}

QTEST_GUILESS_MAIN(TestPgConnect)
#include "tst_pg_connect.moc"
