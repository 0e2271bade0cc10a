// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/made_up.h"
#include "widgets/dialogs/connect_dialog.h"
#include "widgets/dialogs/registration_dialog.h"
#include "widgets/dialogs/reset_dialog.h"
#include "widgets/dialogs/resize_dialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
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

class TestDialogs : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aResetSaysWhatItWillDoAndCancelIsTheDefault();
    void theConnectDialogKeepsTheEnvironmentAndReadOnly();
    void onProductionTheNameHasToBeTyped();
    void aResizeSaysWhatHappensToThoseAbove();
    void endReportsSayEachOutcome();
    void aRegistrationShowsPhasesUserAndSession();
    void aFailedRegistrationSaysWhereAndWhy();
};

void TestDialogs::aResetSaysWhatItWillDoAndCancelIsTheDefault()
{
    const ResetDialog soft(made_up::managed("orders", PoolHealth::Healthy), ResetKind::Soft);
    QVERIFY(button(soft, "Cancel")->isDefault());
    QVERIFY(button(soft, "Reset (soft)")->isEnabled());
    QVERIFY(allWords(soft).contains(QLatin1String("2 idle connections are replaced now, 3 leased ones")));
    QCOMPARE(soft.command().pool, std::string("orders"));
    const ResetDialog hard(made_up::observed("cron", PoolHealth::Healthy), ResetKind::Hard);
    QVERIFY(allWords(hard).contains(QLatin1String("Ends every connection of cron")));
}

void TestDialogs::theConnectDialogKeepsTheEnvironmentAndReadOnly()
{
    ConnectDialog dialog;
    QCOMPARE(dialog.profile().environment, Environment::Development);
    QVERIFY(!dialog.profile().readOnly);
    Profile profile;
    profile.name = "orders";
    profile.readOnly = true;
    for (const Environment environment : kEnvironments) {
        profile.environment = environment;
        dialog.setProfile(profile);
        QCOMPARE(dialog.profile().environment, environment);
        QVERIFY(dialog.profile().readOnly);
    }
}

void TestDialogs::onProductionTheNameHasToBeTyped()
{
    PoolView view = made_up::managed("orders", PoolHealth::Healthy);
    view.environment = Environment::Production;
    const ResetDialog dialog(view, ResetKind::Hard);
    QPushButton* reset = button(dialog, "Reset (hard)");
    QVERIFY(!reset->isEnabled());
    QVERIFY(!reset->toolTip().isEmpty());
    auto* typed = dialog.findChild<QLineEdit*>(QStringLiteral("typed"));
    auto* reason = dialog.findChild<QLineEdit*>(QStringLiteral("reason"));
    reason->setText(QStringLiteral("incident 42"));
    typed->setText(QStringLiteral("order"));
    QVERIFY(!reset->isEnabled());
    typed->setText(QStringLiteral("orders"));
    QVERIFY(reset->isEnabled());
    reason->setText(QStringLiteral(" "));
    QVERIFY(!reset->isEnabled());
    QVERIFY(!reset->toolTip().isEmpty());
    reason->setText(QStringLiteral("incident 42"));
    QCOMPARE(dialog.command().reason, std::string("incident 42"));
}

void TestDialogs::aResizeSaysWhatHappensToThoseAbove()
{
    ResizeDialog dialog(made_up::managed("orders", PoolHealth::Healthy, 5, 3));
    QCOMPARE(dialog.most().value(), 10);
    QVERIFY(!allWords(dialog).contains(QLatin1String("above the new limit")));
    dialog.most().setValue(6);
    QVERIFY2(allWords(dialog).contains(QLatin1String("2 connection(s) are above the new limit")),
             qPrintable(allWords(dialog)));
    dialog.least().setValue(6);
    dialog.most().setValue(4); // the least can't be above
    const ResizePool command = dialog.command();
    QCOMPARE(command.pool, std::string("orders"));
    QCOMPARE(command.minSize, 4);
    QCOMPARE(command.maxSize, 4);
}

void TestDialogs::endReportsSayEachOutcome()
{
    const QString words = endReportWords({{11, EndOutcome::Ended, {}},
                                          {12, EndOutcome::Refused, "42501 not a member"},
                                          {13, EndOutcome::AlreadyGone, {}}});
    QCOMPARE(words,
             QStringLiteral("Backend 11: ended\nBackend 12: refused, 42501 not a member\nBackend 13: already gone"));
}

void TestDialogs::aRegistrationShowsPhasesUserAndSession()
{
    RegistrationDialog dialog;
    QSignalSpy again(&dialog, &RegistrationDialog::runRequested);
    dialog.showRunning(QStringLiteral("auth"));
    QVERIFY(!button(dialog, "Run again")->isEnabled());
    RegistrationResult result;
    result.passed = true;
    result.total = 12ms;
    for (std::size_t phase = 0; phase < kRegistrationPhases; ++phase)
        result.phases.push_back({static_cast<RegistrationPhase>(phase), 1ms});
    result.user =
        RegisteredUser{"id-1", "lifeguard+x@example.invalid", false, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"};
    result.session = RegisteredSession{"id-2", "id-1", "2026-01-02T00:00:00Z", "0123456789abcdef"};
    dialog.showResult(result);
    QCOMPARE(dialog.findChild<QTableWidget*>()->rowCount(), static_cast<int>(kRegistrationPhases));
    const QString json = dialog.findChild<QPlainTextEdit*>()->toPlainText();
    QVERIFY(json.contains(QLatin1String("emailVerified")));
    QVERIFY(!json.contains(QLatin1String("0123456789abcdef"))); // the token is masked
    button(dialog, "Run again")->click();
    QCOMPARE(again.size(), 1);
}

void TestDialogs::aFailedRegistrationSaysWhereAndWhy()
{
    RegistrationDialog dialog;
    RegistrationResult result;
    result.failedAt = RegistrationPhase::InsertUser;
    result.error = "42501 permission denied";
    dialog.showResult(result);
    QVERIFY(allWords(dialog).contains(QLatin1String("Failed at \"Insert user\": 42501 permission denied")));
    QVERIFY(!button(dialog, "Copy JSON")->isEnabled());
}

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
