// SPDX-License-Identifier: Apache-2.0
#include "core/events/event.h"

#include <QtTest>

#include <set>

using namespace lifeguard;

class TestEvent : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyKindHasANameOfItsOwn();
    void kindsAreGroupedForTheFilter();
    void severitiesAndGroupsHaveNames();
};

void TestEvent::everyKindHasANameOfItsOwn()
{
    std::set<std::string_view> names;
    const int last = static_cast<int>(EventKind::CommandFailed);
    for (int kind = 0; kind <= last; ++kind)
        names.insert(nameOf(static_cast<EventKind>(kind)));
    QCOMPARE(static_cast<int>(names.size()), last + 1);
    QVERIFY(!names.contains(""));
}

void TestEvent::kindsAreGroupedForTheFilter()
{
    QCOMPARE(groupOf(EventKind::RetryScheduled), EventGroup::Retries);
    QCOMPARE(groupOf(EventKind::RetriesExhausted), EventGroup::Failures);
    QCOMPARE(groupOf(EventKind::SoftReset), EventGroup::Resets);
    QCOMPARE(groupOf(EventKind::ServerReset), EventGroup::Resets);
    QCOMPARE(groupOf(EventKind::HealthChanged), EventGroup::Health);
    QCOMPARE(groupOf(EventKind::ConfigurationWarning), EventGroup::Health);
    QCOMPARE(groupOf(EventKind::PoolOpened), EventGroup::Other);
    QCOMPARE(groupOf(EventKind::ActionAudited), EventGroup::Other);
    QCOMPARE(groupOf(EventKind::AuditFailed), EventGroup::Failures);
}

void TestEvent::severitiesAndGroupsHaveNames()
{
    QCOMPARE(nameOf(Severity::Critical), std::string_view("critical"));
    QCOMPARE(nameOf(EventGroup::Retries), std::string_view("retries"));
    QCOMPARE(nameOf(EventKind::RetryScheduled), std::string_view("retry_scheduled"));
}

QTEST_GUILESS_MAIN(TestEvent)
#include "tst_event.moc"
