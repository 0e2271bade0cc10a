// SPDX-License-Identifier: Apache-2.0
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
};

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
