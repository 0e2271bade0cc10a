// SPDX-License-Identifier: Apache-2.0
// libpq's texts of failed connects, as libpq 15 writes them in verbose form.
#include "core/postgres/pg_error.h"

#include <QtTest>
#include <pqxx/except>

using namespace lifeguard;

class TestPgError : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theSqlStateIsFoundWhateverTheServersLanguage_data();
    void theSqlStateIsFoundWhateverTheServersLanguage();
    void theLastOfSeveralAnswersCounts();
    void anAnswerWithoutSqlStateIsNotTakenForOne();
    void aStatementsErrorBeginsWithWhatIsWrong_data();
    void aStatementsErrorBeginsWithWhatIsWrong();
    void theSqlStateOfAFailedConnectIsRead_data();
    void theSqlStateOfAFailedConnectIsRead();
    void whatCarriesNoSqlStateHasASign_data();
    void whatCarriesNoSqlStateHasASign();
    void detailAndHintAreForEngineers();
};

Q_DECLARE_METATYPE(lifeguard::ErrorSign)

void TestPgError::theSqlStateOfAFailedConnectIsRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("message");
    QTest::newRow("starting up")
        << "connection to server at \"db\" (10.0.0.7), port 5432 failed: FATAL:  57P03: the "
           "database system is starting up\nLOCATION:  ProcessStartupPacket, postmaster.c:2367\n"
        << "57P03"
        << "the database system is starting up";
    QTest::newRow("the last answer counts")
        << "connection to server at \"a\", port 5432 failed: Connection refused\n\tIs the server running on that host "
           "and accepting TCP/IP connections?\nconnection to server at \"b\", port 5432 failed: FATAL:  53300: sorry, "
           "too many clients already\n"
        << "53300"
        << "sorry, too many clients already";
    QTest::newRow("a server that speaks another language")
        << QString::fromUtf8("connection to server at \"db\", port 5432 failed: ВАЖНО:  28P01: пользователь \"app\" не "
                             "прошёл проверку подлинности\n")
        << "28P01" << QString::fromUtf8("пользователь \"app\" не прошёл проверку подлинности");
    QTest::newRow("a pooler") << "connection to server on socket \"/tmp/.s.PGSQL.6432\" failed: FATAL:  08P01: no more "
                                 "connections allowed (max_client_conn)\n"
                              << "08P01"
                              << "no more connections allowed (max_client_conn)";
    QTest::newRow("no password") << "connection to server at \"db\", port 5432 failed: fe_sendauth: no password "
                                    "supplied\n"
                                 << "28P01"
                                 << "the server asks for a password and none was given";
    QTest::newRow("a standby where a primary is asked for")
        << "connection to server at \"db\", port 5432 failed: session is read-only\n"
        << "25006"
        << "connection to server at \"db\", port 5432 failed: session is read-only";
}

void TestPgError::theSqlStateOfAFailedConnectIsRead()
{
    QFETCH(QString, text);
    QFETCH(QString, state);
    QFETCH(QString, message);
    const DatabaseError error = errorOfConnect(text.toStdString());
    QCOMPARE(error.sign, ErrorSign::Server);
    QCOMPARE(QString::fromStdString(error.sqlState), state);
    QCOMPARE(QString::fromStdString(error.message), message);
}

void TestPgError::whatCarriesNoSqlStateHasASign_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<ErrorSign>("sign");
    QTest::newRow("refused") << "connection to server at \"db\", port 1 failed: Connection refused"
                             << ErrorSign::Refused;
    QTest::newRow("no socket") << "connection to server on socket \"/tmp/.s.PGSQL.1\" failed: No such file or directory"
                               << ErrorSign::Refused;
    QTest::newRow("name") << "could not translate host name \"db.invalid\" to address: Name or service not known"
                          << ErrorSign::NameNotFound;
    QTest::newRow("no route") << "connection to server at \"db\", port 5432 failed: No route to host"
                              << ErrorSign::Unreachable;
    QTest::newRow("dropped") << "connection to server at \"db\", port 5432 failed: Connection timed out"
                             << ErrorSign::Timeout;
    QTest::newRow("closed") << "connection to server at \"db\", port 5432 failed: server closed the connection "
                               "unexpectedly"
                            << ErrorSign::LinkLost;
    QTest::newRow("closed under TLS") << "connection to server at \"db\", port 5432 failed: SSL connection has been "
                                         "closed unexpectedly"
                                      << ErrorSign::LinkLost;
    QTest::newRow("reset under TLS")
        << "connection to server at \"db\", port 5432 failed: SSL SYSCALL error: Connection "
           "reset by peer"
        << ErrorSign::LinkLost;
    QTest::newRow("no TLS there")
        << "connection to server at \"db\", port 5432 failed: server does not support SSL, but "
           "SSL was required"
        << ErrorSign::Tls;
    QTest::newRow("certificate refused") << "connection to server at \"db\", port 5432 failed: SSL error: certificate "
                                            "verify failed"
                                         << ErrorSign::Tls;
    QTest::newRow("our key is missing")
        << "connection to server at \"db\", port 5432 failed: could not open certificate "
           "file \"/c.pem\": No such file or directory"
        << ErrorSign::Tls;
    QTest::newRow("option") << "invalid sslmode value: \"maybe\"" << ErrorSign::BadOption;
    QTest::newRow("another") << "out of memory" << ErrorSign::Other;
}

void TestPgError::whatCarriesNoSqlStateHasASign()
{
    QFETCH(QString, text);
    QFETCH(ErrorSign, sign);
    const DatabaseError error = errorOfConnect((text + QLatin1Char('\n')).toStdString());
    QCOMPARE(error.sign, sign);
    QVERIFY(error.sqlState.empty());
    QCOMPARE(QString::fromStdString(error.message), text);
}

void TestPgError::detailAndHintAreForEngineers()
{
    const DatabaseError error =
        errorOfConnect("failed: FATAL:  57P03: the database system is not accepting connections\nDETAIL:  Hot standby "
                       "mode is disabled.\nHINT:  Wait.\nLOCATION:  ProcessStartupPacket, postmaster.c:2367\n");
    QCOMPARE(error.message, std::string("the database system is not accepting connections"));
    QCOMPARE(error.detail, std::string("Hot standby mode is disabled. Wait."));
}

void TestPgError::theSqlStateIsFoundWhateverTheServersLanguage_data()
{
    QTest::addColumn<QByteArray>("severity");
    for (const char* severity : {"FATAL", "FATALE", "SCHWERWIEGEND", "ОШИБКА", "致命错误"})
        QTest::newRow(severity) << QByteArray(severity);
}

void TestPgError::theSqlStateIsFoundWhateverTheServersLanguage()
{
    QFETCH(QByteArray, severity);
    const DatabaseError error =
        errorOfConnect("connection to server at \"db\" (10.0.0.7), port 54321 failed: " + severity.toStdString()
                       + ":  28P01: what: 12345: it says\nLOCATION:  auth_failed, auth.c:338\n");
    QCOMPARE(error.sqlState, std::string("28P01"));
    QCOMPARE(error.sign, ErrorSign::Server);
    QCOMPARE(error.message, std::string("what: 12345: it says"));
}

void TestPgError::theLastOfSeveralAnswersCounts()
{
    const DatabaseError error =
        errorOfConnect("connection to server at \"db\" (::1), port 5432 failed: FATAL:  28000: no entry\n"
                       "connection to server at \"db\" (127.0.0.1), port 5432 failed: FATAL:  57P03: starting up\n");
    QCOMPARE(error.sqlState, std::string("57P03"));
    QCOMPARE(error.message, std::string("starting up"));
}

void TestPgError::anAnswerWithoutSqlStateIsNotTakenForOne()
{
    const DatabaseError error =
        errorOfConnect("connection to server at \"db\" (::1), port 5432 failed: FATAL:  out of luck\n");
    QCOMPARE(error.sqlState, std::string());
    QVERIFY(error.message.find("FATAL:  out of luck") != std::string::npos);
}

void TestPgError::aStatementsErrorBeginsWithWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("severity");
    QTest::newRow("English") << QByteArray("ERROR");
    QTest::newRow("German") << QByteArray("FEHLER");
}

void TestPgError::aStatementsErrorBeginsWithWhatIsWrong()
{
    QFETCH(QByteArray, severity);
    const DatabaseError error =
        errorOf(pqxx::undefined_table(severity.toStdString() + ":  relation: none", "SELECT 1", "42P01"));
    QCOMPARE(error.sqlState, std::string("42P01"));
    QCOMPARE(error.message, std::string("relation: none"));
}

QTEST_GUILESS_MAIN(TestPgError)
#include "tst_pg_error.moc"
