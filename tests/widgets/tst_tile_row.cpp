// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/made_up.h"
#include "widgets/panels/tile_row.h"

#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestTileRow : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theOldestLeakSuspectIsNamedWithItsLastStatement();

  private:
    static QString leaks(const TileRow& row) // as a screen reader says it
    {
        return row.findChildren<Tile*>().at(6)->accessibleName();
    }
};

void TestTileRow::theOldestLeakSuspectIsNamedWithItsLastStatement()
{
    TileRow row;
    PoolView view = made_up::managed("orders", PoolHealth::Degraded);
    row.setView(view);
    QCOMPARE(leaks(row), QStringLiteral("Leak suspects: 0, held over 30 s"));
    view.managed->leakSuspects = {{ConnectionId{1}, "GET /cart", 31s, {}, 0},
                                  {ConnectionId{2}, "report_job", 41s, {}, 0}};
    row.setView(view);
    QCOMPARE(leaks(row), QStringLiteral("Leak suspects: 2, report_job"));
    view.managed->leakSuspects[1].statement = "UPDATE carts SET total = ? WHERE id = $1";
    row.setView(view);
    QCOMPARE(leaks(row), QStringLiteral("Leak suspects: 2, report_job · UPDATE carts SET total = ? WHERE id = $1"));
    QVERIFY(row.findChildren<Tile*>().at(6)->minimumSizeHint().width() <= 120); // a long one doesn't widen the window
}

QTEST_MAIN(TestTileRow)
#include "tst_tile_row.moc"
