// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connection_string.h"

#include <QtTest>

using namespace lifeguard;

class TestConnectionString : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void nothingOfAConnectionStringIsLost();
    void uriAndKeywordsSayTheSame_data();
    void uriAndKeywordsSayTheSame();
    void aUriIsReadAsLibpqReadsIt();
    void aPasswordIsReadAndNeverWritten();
    void whatNoUriCanSayStaysAKeywordString();
    void onePortForSeveralHostsIsSaidOfEach();
};

void TestConnectionString::nothingOfAConnectionStringIsLost()
{
    const QString odd = QStringLiteral("host='my host' dbname=x connect_timeout=3 options='-c a=b'");
    const ConnectionFields fields = fromConnectionString(odd);
    QCOMPARE(fields.host, QStringLiteral("my host"));
    QCOMPARE(fields.rest, QStringLiteral("connect_timeout=3 options='-c a=b'"));
    QCOMPARE(fromConnectionString(toKeywords(fields)), fields);
}

void TestConnectionString::uriAndKeywordsSayTheSame_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QString>("keywords");
    const auto row = [](const char* name, const char* uri, const char* keywords) {
        QTest::newRow(name) << QString::fromLatin1(uri) << QString::fromLatin1(keywords);
    };
    row("plain", "postgresql://app@db:6000/orders", "host=db port=6000 dbname=orders user=app");
    row("nothing", "postgresql:///", "");
    row("port alone", "postgresql://:6000/", "port=6000");
    row("several", "postgresql://one:1,two:2/x", "host=one,two port=1,2 dbname=x");
    row("address", "postgresql://[::1]:6000/x", "host=::1 port=6000 dbname=x");
    row("socket", "postgresql://app@/x?host=/run/pg&port=6000", "host=/run/pg port=6000 dbname=x user=app");
    row("odd letters", "postgresql://a%40b@db/my%20shop", "host=db dbname='my shop' user=a@b");
    row("certificates", "postgresql://db/x?sslmode=verify-full&sslrootcert=/ca.crt&sslcert=/my.crt&sslkey=/my.key",
        "host=db dbname=x sslmode=verify-full sslrootcert=/ca.crt sslcert=/my.crt sslkey=/my.key");
    row("further", "postgresql://db/x?connect_timeout=3&options=-c%20a%3D%27b%27",
        "host=db dbname=x connect_timeout=3 options='-c a=\\'b\\''");
}

void TestConnectionString::uriAndKeywordsSayTheSame()
{
    QFETCH(const QString, uri);
    QFETCH(const QString, keywords);
    QCOMPARE(toKeywords(fromConnectionString(uri)), keywords);
    QCOMPARE(toUri(fromConnectionString(keywords)), uri);
    QCOMPARE(toUri(fromConnectionString(uri)), uri);
}

void TestConnectionString::aUriIsReadAsLibpqReadsIt()
{
    QCOMPARE(fromConnectionString(QStringLiteral("postgres://db/x?ssl=true")).tls, QStringLiteral("require"));
    QCOMPARE(fromConnectionString(QStringLiteral("postgres://db?dbname=x")).database, QStringLiteral("x"));
    QCOMPARE(fromConnectionString(QStringLiteral("postgres://%2Frun/x")).host, QStringLiteral("/run"));
    QCOMPARE(fromConnectionString(QStringLiteral("postgres://db/x?user=a+b")).user, QStringLiteral("a+b"));
    QVERIFY(isConnectionUri(QStringLiteral(" postgresql://db")));
    QVERIFY(!isConnectionUri(QStringLiteral("host=db")));
}

void TestConnectionString::aPasswordIsReadAndNeverWritten()
{
    for (const char* each : {"postgresql://app:hunter2@db/x", "postgresql://app@db/x?password=hunter2",
                             "host=db dbname=x user=app password='hunter2'"}) {
        const ConnectionFields fields = fromConnectionString(QLatin1String(each));
        QCOMPARE(fields.password, QStringLiteral("hunter2"));
        QCOMPARE(toUri(fields), QStringLiteral("postgresql://app@db/x"));
        QCOMPARE(toKeywords(fields), QStringLiteral("host=db dbname=x user=app"));
    }
}

void TestConnectionString::whatNoUriCanSayStaysAKeywordString()
{
    const ConnectionFields fields = fromConnectionString(QStringLiteral("host=db nonsense"));
    QCOMPARE(toUri(fields), QStringLiteral("host=db nonsense"));
}

void TestConnectionString::onePortForSeveralHostsIsSaidOfEach()
{
    QCOMPARE(toUri(fromConnectionString(QStringLiteral("host=one,two port=6000"))),
             QStringLiteral("postgresql://one:6000,two:6000/"));
    QCOMPARE(toUri(fromConnectionString(QStringLiteral("host=one,two,three port=1,2"))),
             QStringLiteral("postgresql:///?host=one,two,three&port=1,2"));
}

QTEST_GUILESS_MAIN(TestConnectionString)
#include "tst_connection_string.moc"
