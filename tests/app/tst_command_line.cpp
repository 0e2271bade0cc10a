// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace lifeguard;

namespace {

CommandLine parse(const QStringList& arguments)
{
    return parseCommandLine(QStringList{QStringLiteral("lifeguard")} + arguments);
}

} // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aWordIsAProfileAndTheRestAConnection();
    void optionsAreRead();
    void aPasswordIsRefusedAndNeverRepeated_data();
    void aPasswordIsRefusedAndNeverRepeated();
    void anUnknownOptionOfTheConnectionIsNamed();
    void nonsenseIsRefusedWithASentence_data();
    void nonsenseIsRefusedWithASentence();
    void helpWorksWithoutADisplay();
    void withoutADisplayOneLineSaysSo();
    void errorsAreToldApartInEveryLocale();
};

void TestCommandLine::aWordIsAProfileAndTheRestAConnection()
{
    QCOMPARE(parse({QStringLiteral("orders-api")}).profile, QStringLiteral("orders-api"));
    const QString uri = QStringLiteral("postgresql://app@db:5432/orders");
    QCOMPARE(parse({uri}).connection, uri);
    const QString keywords = QStringLiteral("host=db dbname=orders");
    QCOMPARE(parse({keywords}).connection, keywords);
    QVERIFY(!parse({uri}).answer);
}

void TestCommandLine::optionsAreRead()
{
    const CommandLine wanted =
        parse({QStringLiteral("--demo"), QStringLiteral("--theme"), QStringLiteral("dark"), QStringLiteral("--size"),
               QStringLiteral("800x600"), QStringLiteral("--quit-after"), QStringLiteral("30")});
    QVERIFY(!wanted.answer);
    QVERIFY(wanted.demo);
    QVERIFY(!wanted.readOnly);
    QVERIFY(parse({QStringLiteral("--read-only")}).readOnly);
    QCOMPARE(wanted.theme, std::optional(ThemeChoice::Dark));
    QCOMPARE(wanted.size, QSize(800, 600));
    QCOMPARE(wanted.quitAfterSeconds, std::optional(30));
}

void TestCommandLine::aPasswordIsRefusedAndNeverRepeated_data()
{
    QTest::addColumn<QString>("argument");
    QTest::newRow("uri") << QStringLiteral("postgresql://app:hunter2@db/orders");
    QTest::newRow("keywords") << QStringLiteral("host=db password=hunter2");
}

void TestCommandLine::aPasswordIsRefusedAndNeverRepeated()
{
    QFETCH(QString, argument);
    const CommandLine wanted = parse({argument});
    QVERIFY(wanted.answer);
    QCOMPARE(wanted.exitCode, 2);
    QVERIFY(wanted.answer->contains(QLatin1String("PGPASSWORD")));
    QVERIFY(!wanted.answer->contains(QLatin1String("hunter2")));
    QVERIFY(wanted.connection.isEmpty());
}

void TestCommandLine::anUnknownOptionOfTheConnectionIsNamed()
{
    const CommandLine wanted = parse({QStringLiteral("postgresql://app@db/orders?autocommit=1")});
    QCOMPARE(wanted.exitCode, 2);
    QVERIFY(wanted.answer->contains(QLatin1String("autocommit")));
}

void TestCommandLine::nonsenseIsRefusedWithASentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("option") << QStringList{QStringLiteral("--no-such")};
    QTest::newRow("theme") << QStringList{QStringLiteral("--theme"), QStringLiteral("pink")};
    QTest::newRow("size") << QStringList{QStringLiteral("--size"), QStringLiteral("large")};
    QTest::newRow("seconds") << QStringList{QStringLiteral("--quit-after"), QStringLiteral("soon")};
    QTest::newRow("two targets") << QStringList{QStringLiteral("one"), QStringLiteral("two")};
}

void TestCommandLine::nonsenseIsRefusedWithASentence()
{
    QFETCH(QStringList, arguments);
    const CommandLine wanted = parse(arguments);
    QCOMPARE(wanted.exitCode, 2);
    QVERIFY(wanted.answer->startsWith(QLatin1String("lifeguard: ")));
}

void TestCommandLine::helpWorksWithoutADisplay()
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("DISPLAY"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(LIFEGUARD_BINARY), {QStringLiteral("--help")});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 0);
    const QString help = QString::fromUtf8(process.readAllStandardOutput());
    for (const char* words : {"--demo", "saved profile", "postgresql://", "PGPASSWORD", "~/.pgpass", "pg_service.conf"})
        QVERIFY2(help.contains(QLatin1String(words)), words);
}

void TestCommandLine::withoutADisplayOneLineSaysSo()
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QLatin1String(name));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(LIFEGUARD_BINARY), {QStringLiteral("--demo")});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 1);
    const QByteArray words = process.readAllStandardError();
    QVERIFY(words.contains("no display"));
    QCOMPARE(words.count('\n'), 1);
}

// Where libpq's translations are installed it used to answer in German, and nobody understood it.
void TestCommandLine::errorsAreToldApartInEveryLocale()
{
    const QTemporaryDir folder;
    const QString log = folder.filePath(QStringLiteral("events.csv"));
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("LANGUAGE"), QStringLiteral("de"));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), folder.path());
    environment.insert(QStringLiteral("XDG_STATE_HOME"), folder.path());
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(LIFEGUARD_BINARY),
                  {QStringLiteral("host=127.0.0.1 port=1 user=app dbname=shop"), QStringLiteral("--quit-after"),
                   QStringLiteral("2"), QStringLiteral("--export-events"), log});
    QVERIFY(process.waitForFinished(60'000));
    QFile events(log);
    QVERIFY(events.open(QIODevice::ReadOnly));
    QVERIFY(events.readAll().contains("Nothing listens at this address and port"));
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
