// SPDX-License-Identifier: GPL-3.0-or-later
// Where a password goes: from the dialog to the server, and into no file.
#include "app/window_commands.h"
#include "core/fleet/fleet.h"
#include "core/postgres/postgres_driver.h"
#include "widgets/dialogs/connect_dialog.h"

#include <QCheckBox>
#include <QDirIterator>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace lifeguard;

namespace {

const QString kSecret = QStringLiteral("hunter2-in-clear");

// What the window has behind its Connect dialog.
struct Behind {
    Behind()
        : profiles(folder.filePath(QStringLiteral("lifeguard/profiles.toml")))
        , fleet({}, std::make_shared<PostgresDriver>("lifeguard test"))
        , bridge(fleet)
        , opener(bridge, secrets)
        , commands(new WindowCommands(bridge, profiles, opener, &window))
    {
    }
    ~Behind() { fleet.shutdown(); }

    ConnectDialog* openDialog()
    {
        commands->connectToDatabase({});
        return window.findChild<ConnectDialog*>();
    }

    QByteArrayList files() const // their contents
    {
        QByteArrayList contents;
        for (QDirIterator it(folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); it.hasNext();) {
            QFile file(it.next());
            if (file.open(QIODevice::ReadOnly))
                contents << file.readAll();
        }
        return contents;
    }

    QTemporaryDir folder;
    QWidget window;
    ProfileStore profiles;
    Fleet fleet;
    Bridge bridge;
    Secrets secrets;
    ProfileOpener opener;
    WindowCommands* commands;
};

// Nobody listens there.
const QString kUri = QStringLiteral("postgres://app:%1@127.0.0.1:1/shop").arg(kSecret);

} // namespace

class TestPasswords : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); } // so there is no keyring
    void noFileHoldsThePassword();
    void withoutAKeyringTheDialogSaysSo();
    void withoutAKeyringRememberingSaysSoAndThePasswordStaysForTheRun();
    void withoutAKeyringThePromptSaysSo();
};

void TestPasswords::noFileHoldsThePassword()
{
    Behind behind;
    for (const char* name : {"one", "two"}) { // so that there is a backup, too
        ConnectDialog* dialog = behind.openDialog();
        dialog->findChild<QLineEdit*>(QStringLiteral("name"))->setText(QLatin1String(name));
        auto* string = dialog->findChild<QLineEdit*>(QStringLiteral("connectionString"));
        QTest::keyClicks(string, kUri);
        for (QCheckBox* box : dialog->findChildren<QCheckBox*>())
            if (box->text().contains(QLatin1String("keyring")))
                box->setChecked(true);
        QTest::keyClick(string, Qt::Key_Return);
        QCOMPARE(dialog->password(), kSecret);
        dialog->accept();
        delete dialog;
        QVERIFY(behind.profiles.find(QLatin1String(name)) != nullptr);
    }
    const QByteArrayList files = behind.files();
    QCOMPARE(files.size(), 2); // the profiles and their backup
    for (const QByteArray& text : files) {
        QVERIFY(text.contains("127.0.0.1"));
        QVERIFY2(!text.contains(kSecret.toUtf8()), text.constData());
    }
}

void TestPasswords::withoutAKeyringTheDialogSaysSo()
{
    Behind behind;
    ConnectDialog* dialog = behind.openDialog();
    QCheckBox* remember = nullptr;
    for (QCheckBox* box : dialog->findChildren<QCheckBox*>())
        if (box->text().contains(QLatin1String("keyring")))
            remember = box;
    QVERIFY(remember != nullptr);
    QTRY_VERIFY(!remember->isEnabled());
    QCOMPARE(remember->text(), QStringLiteral("Kept for this run only: there is no keyring"));
    QVERIFY(!remember->toolTip().isEmpty());
}

void TestPasswords::withoutAKeyringRememberingSaysSoAndThePasswordStaysForTheRun()
{
    Secrets secrets;
    const QSignalSpy problems(&secrets, &Secrets::problem);
    secrets.keep(QStringLiteral("orders"), kSecret, true);
    QTRY_COMPARE(problems.size(), 1);
    const QString sentence = problems.first().first().toString();
    QVERIFY2(sentence.contains(QLatin1String("for this run only")) && !sentence.contains(kSecret),
             qPrintable(sentence));
    QString found;
    secrets.find(QStringLiteral("orders"), [&found](const QString& password) { found = password; });
    QCOMPARE(found, kSecret);
}

void TestPasswords::withoutAKeyringThePromptSaysSo()
{
    Behind behind;
    Profile profile;
    profile.name = "orders";
    profile.connection = "host=127.0.0.1 port=1";
    const QSignalSpy opened(&behind.opener, &ProfileOpener::opened);
    behind.opener.open(profile);
    QTRY_COMPARE(opened.size(), 1);
    behind.opener.askPassword(QStringLiteral("orders"), &behind.window);
    const auto* prompt = behind.window.findChild<QInputDialog*>();
    QVERIFY(prompt != nullptr);
    QVERIFY2(prompt->labelText().contains(QLatin1String("keyring can't be used")), qPrintable(prompt->labelText()));
    QCOMPARE(prompt->textEchoMode(), QLineEdit::Password);
}

QTEST_MAIN(TestPasswords)
#include "tst_passwords.moc"
