// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/status_line.h"

#include <QLabel>
#include <QtTest>

using namespace lifeguard;

class TestStatusLine : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aRoleThatMayNotReadOthersIsToldWhatItTakes();
};

void TestStatusLine::aRoleThatMayNotReadOthersIsToldWhatItTakes()
{
    FleetSnapshot snapshot;
    snapshot.servers.emplace_back();
    snapshot.servers.front().name = "db:5432";
    snapshot.servers.front().connected = true;
    PoolView view;
    view.server = "db:5432";
    StatusLine line(QStringLiteral("ops@test"));
    const auto says = [&line](const QString& words) {
        const QList<QLabel*> labels = line.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&words](const QLabel* label) { return label->text().contains(words); });
    };
    line.setChosen(&view, snapshot);
    QVERIFY(says(QStringLiteral("own connections")));
    QVERIFY(!says(QStringLiteral("pg_monitor")));
    snapshot.servers.front().restricted = true;
    line.setChosen(&view, snapshot);
    QVERIFY(says(QStringLiteral("own connections")));
    QVERIFY(says(QStringLiteral("pg_monitor")));
}

QTEST_MAIN(TestStatusLine)
#include "tst_status_line.moc"
