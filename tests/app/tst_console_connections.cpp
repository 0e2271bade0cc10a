// SPDX-License-Identifier: GPL-3.0-or-later
// What the console says of a connection that doesn't come about, and which passwords it takes.
#include "app/main_window.h"
#include "app/notice_bar.h"
#include "tests/support/console_fixture.h"
#include "tests/support/server_fixture.h"
#include "widgets/dialogs/connect_dialog.h"

#include <QInputDialog>
#include <QtTest>

using namespace lifeguard;

class TestConsoleConnections : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { m_fixture.start(); }
    void badConnectionsAreToldInWords_data();
    void badConnectionsAreToldInWords();
    void aPasswordInTheConnectionStringIsRefusedAndNotSaved();
    void aRefusedPasswordIsAskedFor();
    void aRefusedSecondOpenLeavesTheFirstItsProfile();

  private:
    ServerFixture m_fixture;
};

void TestConsoleConnections::badConnectionsAreToldInWords_data()
{
    QTest::addColumn<QString>("connection");
    QTest::addColumn<QString>("words");
    QTest::newRow("host") << QStringLiteral("host=no-such-host.invalid user=app dbname=shop")
                          << QStringLiteral("no-such-host.invalid");
    QTest::newRow("port") << QStringLiteral("host=127.0.0.1 port=1 user=app dbname=shop") << QStringLiteral("refused");
    QTest::newRow("database") << QStringLiteral("nowhere") << QStringLiteral("3D000");
    QTest::newRow("option") << QStringLiteral("postgresql://app@127.0.0.1/shop?autocommit=1")
                            << QStringLiteral("autocommit");
}

void TestConsoleConnections::badConnectionsAreToldInWords()
{
    QFETCH(QString, connection);
    QFETCH(QString, words);
    Console console;
    if (connection == QLatin1String("nowhere"))
        connection = QString::fromStdString(m_fixture.connection("app", "nowhere"));
    console.open("bad", connection.toStdString());
    QTRY_VERIFY_WITH_TIMEOUT(console.shows(words) || console.window.notices().text().contains(words), kPatience);
    QVERIFY(console.health("bad") != PoolHealth::Healthy);
}

void TestConsoleConnections::aPasswordInTheConnectionStringIsRefusedAndNotSaved()
{
    Console console;
    console.action("Connect…")->trigger();
    auto* dialog = console.window.findChild<ConnectDialog*>();
    QVERIFY(dialog != nullptr);
    Profile profile;
    profile.name = "orders";
    profile.connection = "host=db user=app password=hunter2";
    dialog->setProfile(profile);
    dialog->accept();
    QVERIFY(console.window.notices().text().contains(QStringLiteral("Keep the password out")));
    QVERIFY(!console.window.notices().text().contains(QStringLiteral("hunter2")));
    QVERIFY(console.profiles.profiles().empty());
    QVERIFY(!QFile::exists(console.folder.filePath(QStringLiteral("profiles.toml"))));
}

void TestConsoleConnections::aRefusedPasswordIsAskedFor()
{
    Console console;
    console.open("orders", m_fixture.connection("locked"), QStringLiteral("wrong-password"));
    QTRY_VERIFY_WITH_TIMEOUT(console.window.notices().text().contains(QStringLiteral("Password…")), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(console.shows(QStringLiteral("28P01")), kPatience);
    QVERIFY(!console.shows(QStringLiteral("wrong-password")));
    QTRY_VERIFY_WITH_TIMEOUT(console.action("Password…")->isEnabled(), kPatience);
}

void TestConsoleConnections::aRefusedSecondOpenLeavesTheFirstItsProfile()
{
    Console console;
    console.open("orders", m_fixture.connection("locked"), QStringLiteral("wrong-password"));
    QTRY_VERIFY_WITH_TIMEOUT(console.window.notices().text().contains(QStringLiteral("Password…")), kPatience);
    console.open("orders", "host=127.0.0.1 port=1", QStringLiteral("another"));
    QTRY_VERIFY_WITH_TIMEOUT(console.window.notices().text().contains(QStringLiteral("open already")), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(console.action("Password…")->isEnabled(), kPatience);
    console.action("Password…")->trigger();
    auto* dialog = console.window.findChild<QInputDialog*>();
    QVERIFY(dialog != nullptr);
    dialog->setTextValue(QStringLiteral("right"));
    dialog->accept();
    const auto connected = [&] {
        const FleetSnapshotPtr snapshot = console.fleet.snapshot();
        const PoolView* view = snapshot->find("orders");
        return view != nullptr && view->managed && view->managed->idle > 0;
    };
    QTRY_VERIFY_WITH_TIMEOUT(connected(), kPatience);
}

QTEST_MAIN(TestConsoleConnections)
#include "tst_console_connections.moc"
