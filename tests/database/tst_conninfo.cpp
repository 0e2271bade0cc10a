// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/conninfo.h"

#include <QtTest>

using namespace lifeguard;

class TestConninfo : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void uriAndKeywordsAreRead();
    void anUnknownOptionIsRefusedByName();
    void aRefusalIsOneLine();
    void aPasswordIsRefusedAndNeverRepeated_data();
    void aPasswordIsRefusedAndNeverRepeated();
    void targetsAreNamedByServerAndDatabase();
    void whatTheProfileSaysWins();
    void aNameOfTheConsolesWinsOverTheProfiles();
    void timeoutsAreSetOnEachConnection();
};

void TestConninfo::uriAndKeywordsAreRead()
{
    const auto uri = parseConnection("postgresql://app@db.internal:6000/orders?sslmode=require");
    QVERIFY(uri.has_value());
    QCOMPARE(uri->at("host"), std::string("db.internal"));
    QCOMPARE(uri->at("port"), std::string("6000"));
    QCOMPARE(uri->at("sslmode"), std::string("require"));
    QVERIFY(parseConnection("postgresql://db.internal/orders?user=app@tenant").has_value());
    QVERIFY(parseConnection("postgresql://one:6000,two:6001/orders").has_value());
    const auto keywords = parseConnection("host=db.internal dbname='my orders'");
    QVERIFY(keywords.has_value());
    QCOMPARE(keywords->at("dbname"), std::string("my orders"));
}

void TestConninfo::anUnknownOptionIsRefusedByName()
{
    for (const char* connection : {"postgresql://app@db/orders?autocommit=1", "host=db autocommit=1"}) {
        const auto refused = parseConnection(connection);
        QVERIFY(!refused);
        QCOMPARE(refused.error().sign, ErrorSign::BadOption);
        QVERIFY2(refused.error().message.find("autocommit") != std::string::npos, refused.error().message.c_str());
    }
}

void TestConninfo::aRefusalIsOneLine()
{
    const auto refused = parseConnection("postgresql://db/orders?auto\ncommit=1");
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find('\n') == std::string::npos, refused.error().message.c_str());
}

void TestConninfo::aPasswordIsRefusedAndNeverRepeated_data()
{
    QTest::addColumn<QByteArray>("connection");
    QTest::newRow("uri") << QByteArray("postgresql://app:hunter2@db/orders");
    QTest::newRow("uri option") << QByteArray("postgresql://app@db/orders?password=hunter2");
    QTest::newRow("keywords") << QByteArray("host=db password=hunter2");
    QTest::newRow("broken") << QByteArray("host=db password='hunter2");
    QTest::newRow("percent sign") << QByteArray("postgresql://app:50%hunter2@db/orders");
    QTest::newRow("broken address") << QByteArray("postgresql://app:hunter2@[::1]x/orders");
    QTest::newRow("unquoted blank") << QByteArray("host=db password=my hunter2");
    QTest::newRow("unquoted blank and equals sign") << QByteArray("host=db password=my hunter2=x");
    QTest::newRow("slash") << QByteArray("postgresql://app:hunter2/cr@et@db/orders");
    QTest::newRow("slash after digits") << QByteArray("postgresql://app:12/hunter2@db/orders");
    QTest::newRow("slash and question mark") << QByteArray("postgresql://app:12/x?hunter2=y@db/orders");
}

void TestConninfo::aPasswordIsRefusedAndNeverRepeated()
{
    QFETCH(QByteArray, connection);
    const auto refused = parseConnection(connection.toStdString());
    QVERIFY(!refused);
    QCOMPARE(refused.error().sign, ErrorSign::BadOption);
    QVERIFY(refused.error().message.find("hunter2") == std::string::npos);
}

void TestConninfo::targetsAreNamedByServerAndDatabase()
{
    const Target tcp = targetOf(*parseConnection("host=db.internal port=6000 dbname=orders user=app"));
    QCOMPARE(tcp.server, std::string("db.internal:6000"));
    QCOMPARE(tcp.display, std::string("db.internal:6000/orders"));
    QCOMPARE(tcp.user, std::string("app"));
    const Target socket = targetOf(*parseConnection("host=/tmp/x port=6000 dbname=orders"));
    QCOMPARE(socket.display, std::string("local:6000/orders"));
    QCOMPARE(socket.server, std::string("/tmp/x:6000"));
}

void TestConninfo::whatTheProfileSaysWins()
{
    const auto parameters = connectParameters(*parseConnection("host=db keepalives_idle=99 options='-c work_mem=1MB'"),
                                              {"lifeguard", "secret", std::chrono::milliseconds{1'000}}, true);
    QCOMPARE(parameters.at("keepalives_idle"), std::string("99"));
    QCOMPARE(parameters.at("password"), std::string("secret"));
    const std::string& options = parameters.at("options");
    QVERIFY(options.find("-c work_mem=1MB") > options.find("statement_timeout"));
}

// The console knows its own sessions by their name; one that a profile renamed would be ended with an application's.
void TestConninfo::aNameOfTheConsolesWinsOverTheProfiles()
{
    const ConnectionParameters profile = *parseConnection("host=db application_name=mine");
    const std::chrono::milliseconds none{0};
    QCOMPARE(connectParameters(profile, {"lifeguard", {}, none}, true).at("application_name"),
             std::string("lifeguard"));
    QCOMPARE(connectParameters(profile, {{}, {}, none}, true).at("application_name"), std::string("mine"));
}

void TestConninfo::timeoutsAreSetOnEachConnection()
{
    const auto parameters =
        connectParameters(*parseConnection("host=db"), {"lifeguard", {}, std::chrono::milliseconds{30'000}}, true);
    QVERIFY(parameters.at("options").find("-c statement_timeout=30000") != std::string::npos);
    QVERIFY(parameters.at("options").find("-c client_connection_check_interval=1000") != std::string::npos);
    QCOMPARE(parameters.at("keepalives"), std::string("1"));
    QVERIFY(parameters.count("tcp_user_timeout") == 1);
    QVERIFY(parameters.count("password") == 0);
    const auto without =
        connectParameters(*parseConnection("host=db"), {"lifeguard", {}, std::chrono::milliseconds{0}}, false);
    QVERIFY(without.count("options") == 0);
}

QTEST_GUILESS_MAIN(TestConninfo)
#include "tst_conninfo.moc"
