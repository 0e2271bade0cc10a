// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connect_dialog.h"
#include "widgets/dialogs/connection_page.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

QPushButton* button(const QWidget& dialog, const char* text)
{
    for (QPushButton* each : dialog.findChildren<QPushButton*>())
        if (each->text().remove(QLatin1Char('&')) == QLatin1String(text))
            return each;
    return nullptr;
}

QString allWords(const QWidget& dialog)
{
    QStringList words;
    for (const QLabel* label : dialog.findChildren<QLabel*>())
        words << label->text();
    return words.join(QLatin1Char('\n'));
}

// As a person does it: the first field that shows `before`.
void edit(const QWidget& page, const QString& before, const QString& after)
{
    for (QLineEdit* each : page.findChildren<QLineEdit*>())
        if (each->text() == before && each->objectName().isEmpty()) {
            each->setText(after);
            Q_EMIT each->textEdited(after);
            return;
        }
    QTest::qFail("no such field", __FILE__, __LINE__);
}

} // namespace

class TestConnectDialog : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fieldsAndStringAreInStep();
    void aKeywordStringStaysOne();
    void certificatesAreInStep();
    void aPasswordInTheStringMovesToItsField();
    void anUnknownTlsModeIsKeptUntilAnotherIsChosen();
    void everyProblemOfTheOptionsIsShownInPlace();
    void theTestsStepsAreShown();
};

void TestConnectDialog::fieldsAndStringAreInStep()
{
    ConnectDialog dialog;
    Profile profile;
    profile.name = "orders";
    profile.connection = "postgresql://app@db.internal:6000/orders?sslmode=require";
    dialog.setProfile(profile);
    QStringList shown;
    for (const QLineEdit* each : dialog.findChildren<QLineEdit*>())
        shown << each->text();
    for (const char* part : {"db.internal", "6000", "orders", "app"})
        QVERIFY2(shown.contains(QLatin1String(part)), part);
    QCOMPARE(dialog.profile().connection, profile.connection); // left as it was written
    edit(dialog, QStringLiteral("6000"), QStringLiteral("6001"));
    QCOMPARE(dialog.profile().connection, std::string("postgresql://app@db.internal:6001/orders?sslmode=require"));
}

void TestConnectDialog::everyProblemOfTheOptionsIsShownInPlace()
{
    ConnectDialog dialog;
    Profile profile;
    profile.name = "taken";
    profile.options.minSize = 20;
    dialog.setTakenNames({QStringLiteral("taken")});
    dialog.setProfile(profile);
    QPushButton* accept = button(dialog, "Connect");
    QVERIFY(!accept->isEnabled());
    QVERIFY(accept->toolTip().contains(QLatin1String("minSize")));
    QVERIFY(accept->toolTip().contains(QLatin1String("open already")));
    QCOMPARE(dialog.findChild<QTabWidget*>()->tabText(1), QStringLiteral("Options (1 problem(s))")); // untranslated
    profile.name = "free";
    profile.options.minSize = 1;
    dialog.setProfile(profile);
    QVERIFY(accept->isEnabled());
}

void TestConnectDialog::theTestsStepsAreShown()
{
    ConnectDialog dialog;
    QSignalSpy tests(&dialog, &ConnectDialog::testRequested);
    button(dialog, "Test")->click();
    QCOMPARE(tests.size(), 1);
    QVERIFY(!button(dialog, "Test")->isEnabled());
    CommandOutcome outcome;
    outcome.summary = "The login was refused";
    outcome.steps = {{"Options", true, 10us, "fine"},
                     {"Rights", true, 20us, "missing", true},
                     {"Log in", false, 2ms, "28P01 refused"}};
    dialog.showTestOutcome(outcome);
    QVERIFY(button(dialog, "Test")->isEnabled());
    const QString words = allWords(dialog);
    QVERIFY(words.contains(QStringLiteral("✓ Options")));
    QVERIFY(words.contains(QStringLiteral("! Rights")));
    QVERIFY(words.contains(QStringLiteral("✗ Log in, 2.0 ms: 28P01 refused")));
}

void TestConnectDialog::aKeywordStringStaysOne()
{
    ConnectionPage page;
    page.setConnection(QStringLiteral("host=db dbname=orders connect_timeout=5"));
    edit(page, QStringLiteral("db"), QStringLiteral("db2"));
    QCOMPARE(page.connection(), QStringLiteral("host=db2 dbname=orders connect_timeout=5"));
    page.setConnection({});
    edit(page, QString(), QStringLiteral("db3")); // the first empty one is the host
    QCOMPARE(page.connection(), QStringLiteral("postgresql://db3/"));
}

void TestConnectDialog::certificatesAreInStep()
{
    ConnectionPage page;
    page.setConnection(QStringLiteral("postgresql://db/orders?sslmode=verify-full&sslrootcert=/ca%20s/root.crt"));
    QCOMPARE(page.findChild<QComboBox*>()->currentData().toString(), QStringLiteral("verify-full"));
    edit(page, QStringLiteral("/ca s/root.crt"), QStringLiteral("/new/root.crt"));
    QCOMPARE(page.connection(), QStringLiteral("postgresql://db/orders?sslmode=verify-full&sslrootcert=/new/root.crt"));
}

void TestConnectDialog::aPasswordInTheStringMovesToItsField()
{
    ConnectDialog dialog;
    auto* string = dialog.findChild<QLineEdit*>(QStringLiteral("connectionString"));
    QTest::keyClicks(string, QStringLiteral("postgres://app:s%40cret@db/orders"));
    QCOMPARE(dialog.profile().connection, std::string("postgres://app:s%40cret@db/orders")); // still being typed
    QTest::keyClick(string, Qt::Key_Return);
    QCOMPARE(dialog.profile().connection, std::string("postgresql://app@db/orders"));
    QCOMPARE(dialog.password(), QStringLiteral("s@cret"));
    QCOMPARE(dialog.findChild<QLineEdit*>(QStringLiteral("password"))->echoMode(), QLineEdit::Password);
}

void TestConnectDialog::anUnknownTlsModeIsKeptUntilAnotherIsChosen()
{
    ConnectionPage page;
    page.setConnection(QStringLiteral("host=db sslmode=perhaps"));
    edit(page, QStringLiteral("db"), QStringLiteral("db2"));
    QCOMPARE(page.connection(), QStringLiteral("host=db2 sslmode=perhaps"));
    auto* tls = page.findChild<QComboBox*>();
    tls->setCurrentIndex(tls->findData(QStringLiteral("require")));
    Q_EMIT tls->activated(tls->currentIndex());
    QCOMPARE(page.connection(), QStringLiteral("host=db2 sslmode=require"));
}

QTEST_MAIN(TestConnectDialog)
#include "tst_connect_dialog.moc"
