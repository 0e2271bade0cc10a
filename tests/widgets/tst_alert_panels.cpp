// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/alert_rule_model.h"
#include "widgets/models/incident_model.h"
#include "widgets/panels/alert_rule_panel.h"
#include "widgets/panels/incident_panel.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGuiApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

Incident incident(quint64 id, AlertKind kind = AlertKind::Waiting)
{
    Incident made;
    made.id = id;
    made.kind = kind;
    made.subject = made.pool = made.name = "orders";
    made.text = "orders: 6 callers wait, the oldest 1.4 s";
    made.worst = 3'000;
    return made;
}

QPushButton* button(const QWidget& panel, const char* text)
{
    for (QPushButton* each : panel.findChildren<QPushButton*>())
        if (each->text() == QString::fromUtf8(text))
            return each;
    return nullptr;
}

QList<quint64> idsOf(const IncidentModel& model)
{
    QList<quint64> ids;
    for (int row = 0; row < model.rowCount(); ++row)
        ids << model.incident(row).id;
    return ids;
}

} // namespace

class TestAlertPanels : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void incidentsAreMergedByTheirIds();
    void theSelectionStaysWithItsIncident();
    void whatCannotBeDoneSaysWhy();
    void anIncidentCanBeCopied();
    void endingAllMutesEndsEach();
    void aRuleIsChangedInItsForm();
    void finerValuesThanTheFormShowsAreKept();
    void aRuleForATagIsAddedAndRemoved();
    void theRuleForEveryPoolStays();
    void discardGoesBackToWhatIsSaved();
};

void TestAlertPanels::incidentsAreMergedByTheirIds()
{
    IncidentModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setIncidents({incident(1), incident(2), incident(3)});
    model.setIncidents({incident(1), incident(2), incident(3)});
    QCOMPARE(changed.size(), 0);
    model.setIncidents({incident(4), incident(3), incident(1)});
    QCOMPARE(idsOf(model), (QList<quint64>{4, 3, 1}));
    Incident worse = incident(3);
    worse.worst = 9'000;
    model.setIncidents({incident(4), worse, incident(1)});
    QCOMPARE(changed.size(), 1);
    model.setIncidents({});
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(reset.size(), 0);
}

void TestAlertPanels::theSelectionStaysWithItsIncident()
{
    IncidentPanel panel;
    QSignalSpy acknowledged(&panel, &IncidentPanel::acknowledgeRequested);
    panel.setIncidents({incident(1), incident(2)});
    panel.findChild<QTableView*>()->selectRow(1);
    panel.setIncidents({incident(3), incident(2), incident(1)});
    button(panel, "Acknowledge")->click();
    QCOMPARE(acknowledged.size(), 1);
    QCOMPARE(acknowledged.first().first().toULongLong(), 2ULL);
}

void TestAlertPanels::whatCannotBeDoneSaysWhy()
{
    IncidentPanel panel;
    for (const char* name : {"Open", "Acknowledge", "Mute 1 h", "Copy", "End all mutes"}) {
        QVERIFY(!button(panel, name)->isEnabled());
        QVERIFY(!button(panel, name)->toolTip().isEmpty());
    }
    QVERIFY(button(panel, "Mute all 1 h")->isEnabled());
    Incident known = incident(1);
    known.acknowledged = known.muted = true;
    panel.setIncidents({known});
    QVERIFY(button(panel, "Open")->isEnabled());
    QVERIFY(button(panel, "Acknowledge")->toolTip().contains(QLatin1String("already")));
    QVERIFY(button(panel, "Mute 1 h")->toolTip().contains(QLatin1String("already")));
}

void TestAlertPanels::anIncidentCanBeCopied()
{
    IncidentPanel panel;
    panel.setIncidents({incident(1)});
    button(panel, "Copy")->click();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(
        QLatin1String("orders: 6 callers wait, the oldest 1.4 s\nAlert: Callers wait, warning.")));
}

void TestAlertPanels::endingAllMutesEndsEach()
{
    IncidentPanel panel;
    int ended = 0;
    connect(&panel, &IncidentPanel::muteRequested, this, [&](const AlertMute&, std::chrono::seconds time) {
        QCOMPARE(time, 0s);
        ++ended;
        panel.setMutes({});
    });
    const WallTime later = std::chrono::system_clock::now() + 1h;
    panel.setMutes({{{}, {}, later}, {AlertKind::Waiting, "orders", later}});
    button(panel, "End all mutes")->click();
    QCOMPARE(ended, 2);
    QVERIFY(!button(panel, "End all mutes")->isEnabled());
}

void TestAlertPanels::aRuleIsChangedInItsForm()
{
    AlertRulePanel panel;
    QSignalSpy saved(&panel, &AlertRulePanel::saveRequested);
    panel.setRules(defaultAlertRules());
    QVERIFY(!button(panel, "Save")->isEnabled());
    panel.findChild<QDoubleSpinBox*>()->setValue(2'500);
    QCOMPARE(panel.rules().front().threshold, 2'500.0);
    button(panel, "Save")->click();
    QCOMPARE(saved.size(), 1);
    panel.setRules(panel.rules());
    QVERIFY(!button(panel, "Save")->isEnabled());
}

void TestAlertPanels::finerValuesThanTheFormShowsAreKept()
{
    std::vector<AlertRule> rules = defaultAlertRules();
    rules.front().threshold = 1'000.4;
    rules.front().remindAfter = 90s;
    AlertRulePanel panel;
    panel.setRules(rules);
    QCOMPARE(panel.rules(), rules); // choosing a row changes nothing
    auto* severity = panel.findChildren<QComboBox*>().first();
    severity->setCurrentIndex(severity->findData(static_cast<int>(Severity::Critical)));
    QCOMPARE(panel.rules().front().severity, Severity::Critical);
    QCOMPARE(panel.rules().front().threshold, 1'000.4);
    QCOMPARE(panel.rules().front().remindAfter, std::chrono::milliseconds{90s});
}

void TestAlertPanels::aRuleForATagIsAddedAndRemoved()
{
    AlertRulePanel panel;
    panel.setRules(defaultAlertRules());
    button(panel, "Add rule")->click();
    QCOMPARE(panel.rules().size(), kAlertKinds + 1);
    QCOMPARE(panel.rules().back().tag, std::string("production"));
    QVERIFY(!button(panel, "Add rule")->isEnabled()); // not twice
    QVERIFY(button(panel, "Remove rule")->isEnabled());
    button(panel, "Remove rule")->click();
    QCOMPARE(panel.rules(), defaultAlertRules());
}

void TestAlertPanels::theRuleForEveryPoolStays()
{
    AlertRulePanel panel;
    panel.setRules(defaultAlertRules());
    QVERIFY(!button(panel, "Remove rule")->isEnabled());
    QVERIFY(button(panel, "Remove rule")->toolTip().contains(QLatin1String("every pool")));
}

void TestAlertPanels::discardGoesBackToWhatIsSaved()
{
    std::vector<AlertRule> rules = defaultAlertRules();
    rules[1].enabled = false;
    AlertRulePanel panel;
    panel.setRules(rules);
    button(panel, "Defaults")->click();
    QCOMPARE(panel.rules(), defaultAlertRules());
    button(panel, "Discard changes")->click();
    QCOMPARE(panel.rules(), rules);
}

QTEST_MAIN(TestAlertPanels)
#include "tst_alert_panels.moc"
