// SPDX-License-Identifier: Apache-2.0
#include "core/base/shown_statement.h"

#include <QtTest>

using namespace lifeguard;

class TestShownStatement : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void valuesAreLeftOut_data();
    void valuesAreLeftOut();
    void aLongOneIsCutBetweenCharacters();
};

void TestShownStatement::valuesAreLeftOut_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char* name, const char* sql, const char* shown) {
        QTest::newRow(name) << QString::fromUtf8(sql) << QString::fromUtf8(shown);
    };
    row("nothing", "", "");
    row("parameters stay", "SELECT a1 FROM t2 WHERE x = $1 AND y = $2::int",
        "SELECT a1 FROM t2 WHERE x = $1 AND y = $2::int");
    row("one line", "\n SELECT  *\n\tFROM orders ;\n", "SELECT * FROM orders ;");
    row("text", "ALTER ROLE app PASSWORD 'it''s secret', x", "ALTER ROLE app PASSWORD ?, x");
    row("two texts", "INSERT INTO t VALUES('a','b')", "INSERT INTO t VALUES(?,?)");
    row("a backslash ends nothing", "SELECT 'a\\', b, 'c'", "SELECT ?, b, ?");
    row("escapes", "SELECT E'a\\'secret', b, e'\\\\', c", "SELECT ?, b, ?, c");
    row("bits, national and unicode", "SELECT B'01', x'ff', N'a', U&'d\\0061t', n", "SELECT ?, ?, ?, ?, n");
    row("dollar quotes", "SELECT $$it's$$, $tag$a $$ b$tag$, c", "SELECT ?, ?, c");
    row("a dollar within a name", "SELECT a$b$c FROM t WHERE d = 'e'", "SELECT a$b$c FROM t WHERE d = ?");
    row("numbers", "SELECT 4111, -1.5e-3, .5, 0x1F, t.c2, 12::int LIMIT 10",
        "SELECT ?, -?, ?, ?, t.c2, ?::int LIMIT ?");
    row("names in quotes", "SELECT \"it's 1 \"\"name\" FROM \"T 2\" WHERE a = 'b'",
        "SELECT \"it's 1 \"\"name\" FROM \"T 2\" WHERE a = ?");
    row("comments", "/* it's /* secret */ 1 */ SELECT a -- don't\n, b/**/FROM t", "SELECT a , b FROM t");
    row("cut off in a text", "INSERT INTO t VALUES ('sec", "INSERT INTO t VALUES (?");
    row("cut off in a dollar quote", "SELECT $tag$sec$ta", "SELECT ?");
    row("cut off in a tag", "SELECT $ta", "SELECT ?");
    row("cut off in a comment", "SELECT 1 /* secret", "SELECT ?");
    row("cut off behind an escape", "SELECT E'a\\", "SELECT ?");
    row("other alphabets", "SELECT größe FROM 店 WHERE a = '秘密'", "SELECT größe FROM 店 WHERE a = ?");
}

void TestShownStatement::valuesAreLeftOut()
{
    QFETCH(QString, sql);
    QFETCH(QString, shown);
    QCOMPARE(QString::fromStdString(shownStatement(sql.toStdString())), shown);
}

void TestShownStatement::aLongOneIsCutBetweenCharacters()
{
    const auto shown = [](int letters) {
        return QString::fromStdString(shownStatement(QString(letters, QChar(u'ö')).toStdString()));
    };
    QCOMPARE(shown(200), QString(200, QChar(u'ö')));
    QCOMPARE(shown(201), QString(199, QChar(u'ö')) + QStringLiteral("…"));
    QCOMPARE(shown(5'000), QString(199, QChar(u'ö')) + QStringLiteral("…"));
    QCOMPARE(shownStatement("SELECT a FROM t", 8), std::string("SELECT …"));
    QCOMPARE(shownStatement(shownStatement("SELECT 'a', $1, 2 FROM t"), 20), std::string("SELECT ?, $1, ? FRO…"));
    QVERIFY(shownStatement("SELECT " + std::string(1'000, 'a') + " 'secret'").find("secret") == std::string::npos);
}

QTEST_APPLESS_MAIN(TestShownStatement)
#include "tst_shown_statement.moc"
