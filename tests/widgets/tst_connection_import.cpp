// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connect_dialog.h"
#include "widgets/dialogs/connection_importer.h"

#include <QInputDialog>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace lifeguard;
using Source = ConnectionImporter::Source;

class TestConnectionImport : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void servicesAreReadAsLibpqReadsThem();
    void variablesAreReadQuotedOrNot_data();
    void variablesAreReadQuotedOrNot();
    void whatIsNoPostgresUriIsLeftAlone();
    void oneConnectionFillsTheDialogAndItsPasswordStaysHidden();
    void ofSeveralOneIsAskedFor();
    void aFileWithoutAnySaysSo();

  private:
    QString file(const QByteArray& text)
    {
        QFile out(m_folder.filePath(QStringLiteral("file")));
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size())
            QTest::qFail("can't write", __FILE__, __LINE__);
        return out.fileName();
    }
    QTemporaryDir m_folder;
};

void TestConnectionImport::servicesAreReadAsLibpqReadsThem()
{
    const auto found = connectionsInServiceFile(
        QStringLiteral("# ours\n[orders]\nhost=db.internal\nport=6000\ndbname=my shop\nuser=app\npassword=hunter2 #1\n"
                       "sslmode=require\r\n\n[empty]\n[by ldap]\nldap://dir/x\n[small]\n  host=two\n"));
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].name, QStringLiteral("orders"));
    QCOMPARE(found[0].connection,
             QStringLiteral("host=db.internal port=6000 dbname='my shop' user=app sslmode=require"));
    QCOMPARE(found[0].password, QStringLiteral("hunter2 #1"));
    QCOMPARE(found[1].name, QStringLiteral("small"));
    QCOMPARE(found[1].connection, QStringLiteral("host=two"));
}

void TestConnectionImport::variablesAreReadQuotedOrNot_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("password");
    const auto row = [](const char* name, const char* line, const char* password) {
        QTest::newRow(name) << QString::fromLatin1(line) << QString::fromLatin1(password);
    };
    row("plain", "DATABASE_URL=postgres://app:pw@db/shop", "pw");
    row("the long scheme", "DATABASE_URL=postgresql://app:pw@db/shop", "pw");
    row("export", "export DATABASE_URL=postgres://app:pw@db/shop", "pw");
    row("double quotes", "DATABASE_URL=\"postgres://app:p\\\"w@db/shop\" # ours", "p\"w");
    row("single quotes", "  DATABASE_URL = 'postgres://app:p#w@db/shop'", "p#w");
    row("comment", "DATABASE_URL=postgres://app:p%23w@db/shop # ours", "p#w");
    row("none", "DATABASE_URL=postgres://app@db/shop", "");
}

void TestConnectionImport::variablesAreReadQuotedOrNot()
{
    QFETCH(const QString, line);
    QFETCH(const QString, password);
    const auto found = connectionsInEnvFile(QStringLiteral("# env\nPORT=80\n") + line + QStringLiteral("\r\nA=b\n"));
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].name, QStringLiteral("DATABASE_URL"));
    QCOMPARE(found[0].connection, QStringLiteral("postgresql://app@db/shop"));
    QCOMPARE(found[0].password, password);
}

void TestConnectionImport::whatIsNoPostgresUriIsLeftAlone()
{
    QVERIFY(connectionsInEnvFile(QStringLiteral("URL=mysql://a:b@c/d\n#DATABASE_URL=postgres://a@b/c\nX=\nY\n=z\n"))
                .empty());
    QVERIFY(connectionsInServiceFile(QStringLiteral("nonsense\n[\n=\n")).empty());
}

void TestConnectionImport::oneConnectionFillsTheDialogAndItsPasswordStaysHidden()
{
    ConnectDialog dialog;
    auto* importer = dialog.findChild<ConnectionImporter*>();
    importer->read(file("[orders]\nhost=db\nuser=app\npassword=hunter2\n"), Source::ServiceFile);
    QCOMPARE(dialog.profile().name, std::string("orders"));
    QCOMPARE(dialog.profile().connection, std::string("host=db user=app"));
    QCOMPARE(dialog.password(), QStringLiteral("hunter2"));
    importer->read(file("OTHER_URL=postgres://b/c\n"), Source::EnvFile);
    QCOMPARE(dialog.profile().name, std::string("orders")); // a name that is there stays
    QCOMPARE(dialog.password(), QString());                 // and the other's password goes
}

void TestConnectionImport::ofSeveralOneIsAskedFor()
{
    ConnectDialog dialog;
    dialog.findChild<ConnectionImporter*>()->read(
        file("A_URL=postgres://app:hunter2@one/x\nB_URL=postgres://app:hunter2@two/x\n"), Source::EnvFile);
    auto* question = dialog.findChild<QInputDialog*>();
    QVERIFY(question != nullptr);
    QCOMPARE(question->comboBoxItems().size(), 2);
    QVERIFY(!question->comboBoxItems().join(QString()).contains(QLatin1String("hunter2")));
    question->setTextValue(question->comboBoxItems().at(1));
    question->accept();
    QCOMPARE(dialog.profile().connection, std::string("postgresql://app@two/x"));
}

void TestConnectionImport::aFileWithoutAnySaysSo()
{
    ConnectDialog dialog;
    auto* importer = dialog.findChild<ConnectionImporter*>();
    const QSignalSpy failures(importer, &ConnectionImporter::failed);
    importer->read(file("SECRET=hunter2\n"), Source::EnvFile);
    importer->read(file("SECRET=hunter2\n"), Source::ServiceFile);
    importer->read(m_folder.filePath(QStringLiteral("not there")), Source::EnvFile);
    importer->read(file(QByteArray(2 << 20, 'x')), Source::EnvFile);
    QCOMPARE(failures.size(), 4);
    for (const QList<QVariant>& each : failures)
        QVERIFY(!each.first().toString().contains(QLatin1String("hunter2")));
    QVERIFY(dialog.profile().connection.empty());
}

QTEST_MAIN(TestConnectionImport)
#include "tst_connection_import.moc"
