// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connect_dialog.h"

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

} // namespace

class TestConnectDialog : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fieldsAndStringAreInStep();
    void nothingOfAConnectionStringIsLost();
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
    for (const QLineEdit* edit : dialog.findChildren<QLineEdit*>())
        shown << edit->text();
    for (const char* part : {"db.internal", "6000", "orders", "app"})
        QVERIFY2(shown.contains(QLatin1String(part)), part);
    QCOMPARE(dialog.profile().connection, profile.connection); // left as it was written
    for (QLineEdit* edit : dialog.findChildren<QLineEdit*>())
        if (edit->text() == QLatin1String("6000")) {
            edit->setText(QStringLiteral("6001"));
            Q_EMIT edit->textEdited(edit->text());
        }
    QCOMPARE(dialog.profile().connection,
             std::string("host=db.internal port=6001 dbname=orders user=app sslmode=require"));
}

void TestConnectDialog::nothingOfAConnectionStringIsLost()
{
    const QString odd = QStringLiteral("host='my host' dbname=x connect_timeout=3 options='-c a=b'");
    const ConnectionFields fields = fromConnectionString(odd);
    QCOMPARE(fields.host, QStringLiteral("my host"));
    QCOMPARE(fields.rest, QStringLiteral("connect_timeout=3 options='-c a=b'"));
    QCOMPARE(fromConnectionString(toConnectionString(fields)), fields);
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
    outcome.steps = {{"Options", true, 10us, "fine"}, {"Log in", false, 2ms, "28P01 refused"}};
    dialog.showTestOutcome(outcome);
    QVERIFY(button(dialog, "Test")->isEnabled());
    const QString words = allWords(dialog);
    QVERIFY(words.contains(QStringLiteral("✓ Options")));
    QVERIFY(words.contains(QStringLiteral("✗ Log in, 2.0 ms: 28P01 refused")));
}

QTEST_MAIN(TestConnectDialog)
#include "tst_connect_dialog.moc"
