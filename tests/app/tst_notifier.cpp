// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/notifier.h"
#include "tests/support/fake_notifications.h"
#include "tests/support/session_bus.h"

#include <QDBusServiceWatcher>
#include <QSignalSpy>
#include <QtTest>

#include <memory>

using namespace lifeguard;
using namespace std::chrono_literals;
using What = AlertChange::What;

Q_DECLARE_METATYPE(lifeguard::Incident)

class TestNotifier : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void anIncidentIsOneNotificationWithItsWords();
    void criticalIsUrgent();
    void markupInTheServersWordsIsText();
    void aReminderReplacesTheNotification();
    void theEndIsAQuietLastWordInItsPlace();
    void whatWasPutAwayIsNotToldTheEnd();
    void aReminderAfterItWasPutAwayIsANewOne();
    void acknowledgedAndMutedAreTakenAway_data();
    void acknowledgedAndMutedAreTakenAway();
    void whatIsMutedIsNotShown();
    void anEndBeforeTheServiceAnsweredLeavesNothing();
    void theClickOpensThatIncident();
    void theMuteButtonMutesThatIncident();
    void actionsOfOthersAreNotOurs();
    void atTheEndAllAreTakenAway();
    void aServiceThatStartsAnewIsToldAsNew();
    void withoutAServiceItIsSaidOnce();
    void withoutABusItIsSaidOnce();

  private:
    static Incident made(quint64 id = 1, const char* words = "orders: 6 callers wait, the oldest 1.4 s");
    void take(What what, const Incident& incident) { m_notifier->take({{what, incident}}); }
    const FakeNotifications::Call& last() const { return m_service->calls.last(); }
    void barrier(); // what was sent before has arrived

    SessionBus m_bus;
    int m_count = 0;
    std::unique_ptr<FakeNotifications> m_service;
    std::unique_ptr<Notifier> m_notifier;
};

Incident TestNotifier::made(quint64 id, const char* words)
{
    Incident incident;
    incident.id = id;
    incident.kind = AlertKind::Waiting;
    incident.subject = incident.pool = incident.name = "orders";
    incident.text = words;
    incident.since = TimePoint{} + 1h;
    incident.newest = incident.since + 12s;
    incident.worst = 3'000;
    return incident;
}

void TestNotifier::initTestCase()
{
    QString error;
    QVERIFY2(m_bus.start(&error), qPrintable(error));
}

void TestNotifier::init()
{
    ++m_count;
    m_service = std::make_unique<FakeNotifications>();
    QVERIFY(m_service->serve(m_bus.connect(QStringLiteral("service%1").arg(m_count))));
    m_notifier = std::make_unique<Notifier>(m_bus.connect(QStringLiteral("console%1").arg(m_count)));
}

void TestNotifier::cleanup()
{
    m_notifier.reset();
    m_service.reset();
    QDBusConnection::disconnectFromBus(QStringLiteral("service%1").arg(m_count));
    QDBusConnection::disconnectFromBus(QStringLiteral("console%1").arg(m_count));
}

// An incident of its own number that is shown and taken away: once it's gone, the service has answered all before it,
// and the notifier has heard the answers.
void TestNotifier::barrier()
{
    static quint64 number = 1'000'000;
    const qsizetype before = m_service->calls.size();
    const Incident incident = made(++number, "barrier");
    take(What::Began, incident);
    take(What::Muted, incident);
    QTRY_VERIFY(m_service->calls.size() > before && last().body.startsWith(QLatin1String("barrier")));
    const uint id = m_service->calls.takeLast().id;
    QTRY_VERIFY(m_service->closed.contains(id));
    m_service->closed.removeAll(id);
}

void TestNotifier::anIncidentIsOneNotificationWithItsWords()
{
    take(What::Began, made());
    QTRY_COMPARE(m_service->calls.size(), 1);
    QCOMPARE(last().replaces, 0U);
    QCOMPARE(last().summary, QStringLiteral("orders: Callers wait"));
    QVERIFY(last().body.startsWith(QLatin1String("orders: 6 callers wait, the oldest 1.4 s")));
    QCOMPARE(last().actions, (QStringList{QStringLiteral("default"), QStringLiteral("Open"), QStringLiteral("open"),
                                          QStringLiteral("Open"), QStringLiteral("mute"), QStringLiteral("Mute 1 h")}));
    QCOMPARE(last().hints.value(QStringLiteral("urgency")).toInt(), 1);
    QCOMPARE(last().hints.value(QStringLiteral("desktop-entry")).toString(),
             QStringLiteral("io.github.lifeguard.Lifeguard"));
    barrier();
    QCOMPARE(m_service->calls.size(), 1);
}

void TestNotifier::criticalIsUrgent()
{
    Incident incident = made();
    incident.severity = Severity::Critical;
    take(What::Began, incident);
    QTRY_COMPARE(m_service->calls.size(), 1);
    QCOMPARE(last().hints.value(QStringLiteral("urgency")).toInt(), 2);
}

void TestNotifier::markupInTheServersWordsIsText()
{
    take(What::Began, made(1, "orders: <b>\"x\" & y</b>"));
    QTRY_COMPARE(m_service->calls.size(), 1);
    QVERIFY2(last().body.startsWith(QLatin1String("orders: &lt;b&gt;\"x\" &amp; y&lt;/b&gt;")),
             qPrintable(last().body));
}

void TestNotifier::aReminderReplacesTheNotification()
{
    take(What::Began, made());
    QTRY_COMPARE(m_service->calls.size(), 1);
    barrier();
    take(What::Reminded, made());
    QTRY_COMPARE(m_service->calls.size(), 2);
    QCOMPARE(last().replaces, m_service->calls.first().id);
}

void TestNotifier::theEndIsAQuietLastWordInItsPlace()
{
    take(What::Began, made());
    barrier();
    take(What::Ended, made());
    QTRY_COMPARE(m_service->calls.size(), 2);
    QCOMPARE(last().replaces, m_service->calls.first().id);
    QCOMPARE(last().summary, QStringLiteral("Over: orders: Callers wait"));
    QCOMPARE(last().body, QStringLiteral("It lasted 12 s; the worst was 3.0 s."));
    QCOMPARE(last().hints.value(QStringLiteral("urgency")).toInt(), 0);
    QVERIFY(last().actions.isEmpty());
    QVERIFY(last().time > 0); // it goes by itself
}

void TestNotifier::whatWasPutAwayIsNotToldTheEnd()
{
    take(What::Began, made());
    barrier();
    Q_EMIT m_service->NotificationClosed(m_service->calls.first().id, 2);
    barrier(); // behind the signal on the same wire
    barrier();
    take(What::Ended, made());
    barrier();
    QCOMPARE(m_service->calls.size(), 1);
}

void TestNotifier::aReminderAfterItWasPutAwayIsANewOne()
{
    take(What::Began, made());
    barrier();
    Q_EMIT m_service->NotificationClosed(m_service->calls.first().id, 2);
    barrier();
    barrier();
    take(What::Reminded, made());
    QTRY_COMPARE(m_service->calls.size(), 2);
    QCOMPARE(last().replaces, 0U);
}

void TestNotifier::acknowledgedAndMutedAreTakenAway_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("acknowledged") << static_cast<int>(What::Acknowledged);
    QTest::newRow("muted") << static_cast<int>(What::Muted);
}

void TestNotifier::acknowledgedAndMutedAreTakenAway()
{
    QFETCH(const int, what);
    take(What::Began, made());
    barrier();
    take(static_cast<What>(what), made());
    QTRY_COMPARE(m_service->closed, QList<uint>{m_service->calls.first().id});
    take(What::Ended, made());
    barrier();
    QCOMPARE(m_service->calls.size(), 1);
}

void TestNotifier::whatIsMutedIsNotShown()
{
    Incident incident = made();
    incident.muted = true;
    take(What::Began, incident);
    take(What::Ended, incident);
    barrier();
    QVERIFY(m_service->calls.isEmpty());
}

void TestNotifier::anEndBeforeTheServiceAnsweredLeavesNothing()
{
    m_notifier->take({{What::Began, made()}, {What::Ended, made()}});
    QTRY_COMPARE(m_service->closed.size(), 1);
    QCOMPARE(m_service->calls.size(), 1);
    QCOMPARE(m_service->closed.first(), last().id);
}

void TestNotifier::theClickOpensThatIncident()
{
    QSignalSpy opened(m_notifier.get(), &Notifier::openRequested);
    take(What::Began, made(7));
    barrier();
    Q_EMIT m_service->ActionInvoked(m_service->calls.first().id, QStringLiteral("default"));
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(opened.first().first().value<Incident>().id, std::uint64_t{7});
    Q_EMIT m_service->ActionInvoked(m_service->calls.first().id, QStringLiteral("open"));
    QTRY_COMPARE(opened.size(), 2);
}

void TestNotifier::theMuteButtonMutesThatIncident()
{
    QSignalSpy muted(m_notifier.get(), &Notifier::muteRequested);
    take(What::Began, made(7));
    barrier();
    Q_EMIT m_service->ActionInvoked(m_service->calls.first().id, QStringLiteral("mute"));
    QTRY_COMPARE(muted.size(), 1);
    QCOMPARE(muted.first().first().value<Incident>().id, std::uint64_t{7});
}

void TestNotifier::actionsOfOthersAreNotOurs()
{
    QSignalSpy opened(m_notifier.get(), &Notifier::openRequested);
    take(What::Began, made());
    barrier();
    Q_EMIT m_service->ActionInvoked(9'999, QStringLiteral("default"));
    Q_EMIT m_service->ActionInvoked(0, QStringLiteral("default"));
    Q_EMIT m_service->ActionInvoked(m_service->calls.first().id, QStringLiteral("open"));
    QTRY_COMPARE(opened.size(), 1);
}

void TestNotifier::atTheEndAllAreTakenAway()
{
    take(What::Began, made(1));
    take(What::Began, made(2));
    QTRY_COMPARE(m_service->calls.size(), 2);
    barrier();
    m_notifier->closeAll();
    QTRY_VERIFY(m_service->closed.size() >= 2);
    for (const FakeNotifications::Call& call : m_service->calls)
        QVERIFY(m_service->closed.contains(call.id));
}

void TestNotifier::aServiceThatStartsAnewIsToldAsNew()
{
    const QDBusServiceWatcher watcher(QStringLiteral("org.freedesktop.Notifications"),
                                      m_bus.connect(QStringLiteral("console%1").arg(m_count)),
                                      QDBusServiceWatcher::WatchForUnregistration);
    QSignalSpy gone(&watcher, &QDBusServiceWatcher::serviceUnregistered);
    take(What::Began, made());
    barrier();
    m_service.reset();
    QDBusConnection::disconnectFromBus(QStringLiteral("service%1").arg(m_count));
    QTRY_COMPARE(gone.size(), 1);
    FakeNotifications another;
    QVERIFY(another.serve(m_bus.connect(QStringLiteral("another"))));
    take(What::Reminded, made());
    QTRY_COMPARE(another.calls.size(), 1);
    QCOMPARE(another.calls.first().replaces, 0U);
    QDBusConnection::disconnectFromBus(QStringLiteral("another"));
}

void TestNotifier::withoutAServiceItIsSaidOnce()
{
    m_service.reset();
    QDBusConnection::disconnectFromBus(QStringLiteral("service%1").arg(m_count));
    QSignalSpy unavailable(m_notifier.get(), &Notifier::unavailable);
    take(What::Began, made(1));
    take(What::Began, made(2));
    QTRY_COMPARE(unavailable.size(), 1);
    QVERIFY(unavailable.first().first().toString().contains(QLatin1String("Alerts are shown in this window only")));
    take(What::Ended, made(1));
    take(What::Began, made(3));
    FakeNotifications late; // one that comes later is used
    QVERIFY(late.serve(m_bus.connect(QStringLiteral("late"))));
    take(What::Began, made(4));
    QTRY_VERIFY(!late.calls.isEmpty());
    QCOMPARE(unavailable.size(), 1);
    QDBusConnection::disconnectFromBus(QStringLiteral("late"));
}

void TestNotifier::withoutABusItIsSaidOnce()
{
    Notifier nowhere(QDBusConnection::connectToBus(QStringLiteral("unix:path=/nonexistent/bus"), QStringLiteral("no")));
    QSignalSpy unavailable(&nowhere, &Notifier::unavailable);
    nowhere.take({{What::Began, made(1)}, {What::Began, made(2)}});
    QTRY_COMPARE(unavailable.size(), 1);
}

QTEST_GUILESS_MAIN(TestNotifier)
#include "tst_notifier.moc"
