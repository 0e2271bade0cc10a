// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/pool_header.h"

#include "tests/widgets/made_up.h"
#include "widgets/theme/theme.h"
#include "widgets/words.h"

#include <QLabel>
#include <QtTest>

#include <set>

using namespace lifeguard;

namespace {

const QLabel* shownLabel(const PoolHeader& header, const QString& words)
{
    for (const QLabel* label : header.findChildren<QLabel*>())
        if (label->text() == words && !label->isHidden())
            return label;
    return nullptr;
}

PoolView viewIn(Environment environment, bool readOnly = false)
{
    PoolView view = made_up::managed("orders", PoolHealth::Healthy);
    view.environment = environment;
    view.readOnly = readOnly;
    return view;
}

} // namespace

class TestPoolHeader : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theEnvironmentIsAWordAndAColourOfItsOwn_data();
    void theEnvironmentIsAWordAndAColourOfItsOwn();
    void readOnlyIsSaidWhileItIs();
};

void TestPoolHeader::theEnvironmentIsAWordAndAColourOfItsOwn_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestPoolHeader::theEnvironmentIsAWordAndAColourOfItsOwn()
{
    QFETCH(const bool, dark);
    const Theme& theme = dark ? darkTheme() : lightTheme();
    PoolHeader header;
    header.setPalette(paletteOf(theme));
    std::set<QString> colours;
    for (const Environment environment : kEnvironments) {
        header.setView(viewIn(environment), TimePoint{} + std::chrono::hours{1});
        const QLabel* label = shownLabel(header, Words::of(environment));
        QVERIFY2(label != nullptr, std::string(nameOf(environment)).c_str());
        QVERIFY(header.accessibleName().contains(Words::of(environment)));
        const QString word = label->styleSheet().section(QLatin1String("color: "), 1, 1).left(7);
        QVERIFY2(contrast(QColor(word), theme.window) >= 4.5, qPrintable(word));
        const QString frame = label->styleSheet().section(QLatin1String("solid "), 1, 1).left(7);
        QVERIFY2(contrast(QColor(frame), theme.window) >= 3, qPrintable(frame));
        colours.insert(frame);
    }
    QCOMPARE(colours.size(), kEnvironments.size());
}

void TestPoolHeader::readOnlyIsSaidWhileItIs()
{
    PoolHeader header;
    const TimePoint now = TimePoint{} + std::chrono::hours{1};
    header.setView(viewIn(Environment::Staging, true), now);
    QVERIFY(shownLabel(header, QStringLiteral("Read-only")) != nullptr);
    QVERIFY(header.accessibleName().startsWith(QStringLiteral("orders, Staging, read-only: ")));
    header.setView(viewIn(Environment::Staging), now);
    QVERIFY(shownLabel(header, QStringLiteral("Read-only")) == nullptr);
}

QTEST_MAIN(TestPoolHeader)
#include "tst_pool_header.moc"
