// SPDX-License-Identifier: Apache-2.0
// The direction of the includes: which folder may see which. Reads the sources themselves, committed or not.
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QStringList>
#include <QtTest>

namespace {

// What a folder of core may include besides itself.
const QHash<QString, QStringList>& coreFolders()
{
    static const QStringList kBelowFleet{QStringLiteral("base"),       QStringLiteral("events"),
                                         QStringLiteral("resilience"), QStringLiteral("pool"),
                                         QStringLiteral("health"),     QStringLiteral("registration")};
    static const QHash<QString, QStringList> kFolders{
        {QStringLiteral("base"), {}},
        {QStringLiteral("events"), {QStringLiteral("base")}},
        {QStringLiteral("resilience"), {QStringLiteral("base")}},
        {QStringLiteral("health"), {QStringLiteral("base")}},
        {QStringLiteral("pool"), kBelowFleet.mid(0, 3)},
        {QStringLiteral("registration"), kBelowFleet.mid(0, 4)},
        {QStringLiteral("fleet"), kBelowFleet},
        {QStringLiteral("alerts"), kBelowFleet + QStringList{QStringLiteral("fleet")}},
        {QStringLiteral("postgres"), kBelowFleet + QStringList{QStringLiteral("fleet")}},
    };
    return kFolders;
}

// What widgets see of core besides core/base: values, and the history that the charts read. No engine, no SQL.
const QStringList& valueHeaders()
{
    static const QStringList kHeaders{
        QStringLiteral("core/alerts/alert_rule.h"),    QStringLiteral("core/alerts/incident.h"),
        QStringLiteral("core/events/event.h"),         QStringLiteral("core/fleet/command.h"),
        QStringLiteral("core/fleet/fleet_snapshot.h"), QStringLiteral("core/fleet/history.h"),
        QStringLiteral("core/fleet/observed_pool.h"),  QStringLiteral("core/fleet/profile.h"),
        QStringLiteral("core/fleet/verdict.h"),        QStringLiteral("core/health/health.h"),
        QStringLiteral("core/pool/pool_options.h"),    QStringLiteral("core/pool/pool_snapshot.h"),
        QStringLiteral("core/resilience/circuit.h"),   QStringLiteral("core/registration/test_registration.h")};
    return kHeaders;
}

struct Include {
    QString header;
    bool ofProject = false; // "in quotation marks", not <in brackets>
};

bool isQt(const QString& header)
{
    static const QRegularExpression kQt(QStringLiteral("^(Q[A-Z]|Qt|qt|qcustomplot|qglobal)"));
    return kQt.match(header).hasMatch();
}

bool isPostgresLibrary(const QString& header)
{
    return header.startsWith(QLatin1String("pqxx")) || header.contains(QLatin1String("libpq"))
           || header.startsWith(QLatin1String("postgres_ext"));
}

QString objectionInCore(const QString& folder, const Include& include)
{
    if (!include.ofProject)
        return isQt(include.header) ? QStringLiteral("core knows no Qt") : QString();
    const QStringList parts = include.header.split(QLatin1Char('/'));
    if (parts.first() != QLatin1String("core") || parts.size() != 3)
        return QStringLiteral("core includes nothing but core");
    if (!coreFolders().contains(folder))
        return QStringLiteral("the folder is missing in the table of this test");
    if (parts.at(1) != folder && !coreFolders().value(folder).contains(parts.at(1)))
        return QStringLiteral("core/%1 stands below core/%2").arg(folder, parts.at(1));
    return {};
}

QString objectionInWidgets(const QString& header)
{
    if (header.startsWith(QLatin1String("app/")) || header.startsWith(QLatin1String("tests/")))
        return QStringLiteral("widgets stands below it");
    if (header.startsWith(QLatin1String("core/")) && !header.startsWith(QLatin1String("core/base/"))
        && !valueHeaders().contains(header))
        return QStringLiteral("widgets sees core's value types only");
    return {};
}

// Why the file must not include it; empty when it may.
QString objection(const QString& file, const Include& include)
{
    const QStringList path = file.split(QLatin1Char('/'));
    const QString layer = path.first();
    const bool test = layer == QLatin1String("tests");
    static const QRegularExpression kAtTheDatabase(QStringLiteral("^(core/postgres|tests/database|tests/bench)/"));
    if (isPostgresLibrary(include.header) && !kAtTheDatabase.match(file).hasMatch())
        return QStringLiteral("only core/postgres includes libpqxx and libpq");
    static const QRegularExpression kFromTheRoot(QStringLiteral("^(core|widgets|app|tests)/"));
    if (include.ofProject && !kFromTheRoot.match(include.header).hasMatch()
        && !(test && include.header.endsWith(QLatin1String(".moc"))))
        return QStringLiteral("includes are written from the root");
    if (layer == QLatin1String("core"))
        return objectionInCore(path.value(1), include);
    if (layer == QLatin1String("widgets"))
        return objectionInWidgets(include.header);
    if (!test && include.header.startsWith(QLatin1String("tests/")))
        return QStringLiteral("nothing but a test includes from tests");
    static const QRegularExpression kForCoreTests(QStringLiteral("^(core/(?!postgres/)|tests/)|\\.moc$"));
    if (file.startsWith(QLatin1String("tests/core/")) && include.ofProject
        && !kForCoreTests.match(include.header).hasMatch())
        return QStringLiteral("the core's tests need neither window nor database");
    return {};
}

QList<Include> includesIn(const QString& text)
{
    static const QRegularExpression kInclude(QStringLiteral("^[ \\t]*#[ \\t]*include[ \\t]*([<\"])([^>\"\\n]+)[>\"]"),
                                             QRegularExpression::MultilineOption);
    QList<Include> found;
    for (auto match = kInclude.globalMatch(text); match.hasNext();) {
        const QRegularExpressionMatch one = match.next();
        found.append({one.captured(2), one.captured(1) == QLatin1String("\"")});
    }
    return found;
}

} // namespace

class TestLayers : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyIncludePointsDownwards_data();
    void everyIncludePointsDownwards();
    void aWrongDirectionIsNoticed_data();
    void aWrongDirectionIsNoticed();
    void theRightDirectionPasses_data();
    void theRightDirectionPasses();
    void includesAreFoundHoweverTheyAreWritten();
};

void TestLayers::everyIncludePointsDownwards_data()
{
    QTest::addColumn<QString>("layer");
    for (const QString& folder : coreFolders().keys())
        QTest::newRow(qPrintable(folder)) << QStringLiteral("core/") + folder;
    for (const char* layer : {"core", "widgets", "app", "tests"})
        QTest::newRow(layer) << QString::fromUtf8(layer);
}

void TestLayers::everyIncludePointsDownwards()
{
    QFETCH(const QString, layer);
    const QDir root(QStringLiteral(LIFEGUARD_SOURCE_DIR));
    QStringList wrong;
    int seen = 0;
    QDirIterator files(root.filePath(layer), {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        const QString name = root.relativeFilePath(file.fileName());
        for (const Include& include : includesIn(QString::fromUtf8(file.readAll()))) {
            ++seen;
            const QString why = objection(name, include);
            if (!why.isEmpty())
                wrong.append(QStringLiteral("%1 includes %2: %3").arg(name, include.header, why));
        }
    }
    QVERIFY2(seen > 0, "No include was found: the folder has moved");
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
}

void TestLayers::aWrongDirectionIsNoticed_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("line");
    const auto row = [](const char* name, const char* file, const char* line) {
        QTest::newRow(name) << QString::fromUtf8(file) << QString::fromUtf8(line);
    };
    row("Qt in core", "core/pool/pool.h", "#include <QString>");
    row("Qt's module in core", "core/pool/pool.h", "#include <QtCore/qstring.h>");
    row("widgets in core", "core/fleet/fleet.cpp", "#include \"widgets/words.h\"");
    row("app in core", "core/fleet/fleet.cpp", "#include \"app/bridge.h\"");
    row("tests in core", "core/pool/pool.cpp", "#include \"tests/support/stub_session.h\"");
    row("pool in base", "core/base/clock.h", "#include \"core/pool/pool.h\"");
    row("events in health", "core/health/health.h", "#include \"core/events/event.h\"");
    row("resilience in events", "core/events/event.h", "#include \"core/resilience/circuit.h\"");
    row("health in pool", "core/pool/pool.h", "#include \"core/health/health.h\"");
    row("fleet in registration", "core/registration/a.h", "#include \"core/fleet/profile.h\"");
    row("alerts in fleet", "core/fleet/fleet.cpp", "#include \"core/alerts/alert_rule.h\"");
    row("postgres in fleet", "core/fleet/fleet.cpp", "#include \"core/postgres/conninfo.h\"");
    row("a folder without rules", "core/cellar/a.h", "#include \"core/base/clock.h\"");
    row("libpqxx in pool", "core/pool/pool.cpp", "#include <pqxx/pqxx>");
    row("libpq in the app", "app/main.cpp", "#include <libpq-fe.h>");
    row("libpq by its folder", "app/main.cpp", "#include <postgresql/libpq-fe.h>");
    row("the pool in widgets", "widgets/words.h", "#include \"core/pool/pool.h\"");
    row("SQL in widgets", "widgets/words.h", "#include \"core/postgres/conninfo.h\"");
    row("the app in widgets", "widgets/words.h", "#include \"app/bridge.h\"");
    row("tests in the app", "app/bridge.cpp", "#include \"tests/support/fake_driver.h\"");
    row("not from the root", "core/pool/pool.cpp", "#include \"pool.h\"");
    row("not from the root in widgets", "widgets/panels/tile.cpp", "#include \"../words.h\"");
    row("a window in a core test", "tests/core/tst_pool.cpp", "#include \"widgets/words.h\"");
    row("a database in a core test", "tests/core/tst_pool.cpp", "#include \"core/postgres/conninfo.h\"");
}

void TestLayers::aWrongDirectionIsNoticed()
{
    QFETCH(const QString, file);
    QFETCH(const QString, line);
    const QList<Include> found = includesIn(line);
    QCOMPARE(found.size(), 1);
    QVERIFY(!objection(file, found.first()).isEmpty());
}

void TestLayers::theRightDirectionPasses_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("line");
    const auto row = [](const char* name, const char* file, const char* line) {
        QTest::newRow(name) << QString::fromUtf8(file) << QString::fromUtf8(line);
    };
    row("the library", "core/base/clock.h", "#include <queue>");
    row("the own folder", "core/pool/pool.h", "#include \"core/pool/lease.h\"");
    row("below", "core/fleet/fleet.h", "#include \"core/health/health.h\"");
    row("libpqxx at its place", "core/postgres/postgres_session.h", "#include <pqxx/pqxx>");
    row("a value in widgets", "widgets/words.h", "#include \"core/fleet/verdict.h\"");
    row("Qt in widgets", "widgets/words.h", "#include <QString>");
    row("the pool in the app", "app/demo/traffic.cpp", "#include \"core/pool/pool.h\"");
    row("what moc makes", "tests/core/tst_pool.cpp", "#include \"tst_pool.moc\"");
}

void TestLayers::theRightDirectionPasses()
{
    QFETCH(const QString, file);
    QFETCH(const QString, line);
    const QList<Include> found = includesIn(line);
    QCOMPARE(found.size(), 1);
    QCOMPARE(objection(file, found.first()), QString());
}

void TestLayers::includesAreFoundHoweverTheyAreWritten()
{
    const QList<Include> found = includesIn(QStringLiteral("#include <a>\n  #  include \"core/b.h\" // why\n"
                                                           "// #include <commented>\nint include;\n#include<c>\n"));
    QStringList headers;
    for (const Include& include : found)
        headers.append(include.header);
    QCOMPARE(headers, (QStringList{QStringLiteral("a"), QStringLiteral("core/b.h"), QStringLiteral("c")}));
    QVERIFY(!found.at(0).ofProject);
    QVERIFY(found.at(1).ofProject);
}

QTEST_APPLESS_MAIN(TestLayers)
#include "tst_layers.moc"
