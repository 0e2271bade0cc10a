// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_store.h"
#include "widgets/dialogs/option_fields.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestProfileStore : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void profilesComeBackAsTheyWereSaved();
    void everyOptionOfTheDialogComesBack();
    void aMissingFileIsNoProblem();
    void theLastFileIsKeptAsABackup();
    void aTruncatedFileIsKeptAsideAndNeverOverwritten();
    void aFileOfANewerVersionIsKeptAsideAndNeverOverwritten();
    void oneBadProfileDoesNotHideTheOthers();
    void theMarkOfOlderFilesIsStillRead_data();
    void theMarkOfOlderFilesIsStillRead();
    void whatIsNotUnderstoodIsTheProfilesProblem_data();
    void whatIsNotUnderstoodIsTheProfilesProblem();
    void whatIsNotUnderstoodBesideTheProfilesIsTold_data();
    void whatIsNotUnderstoodBesideTheProfilesIsTold();
    void aNewerFileThatCameAfterLoadingIsKeptAside();
    void whatAnotherConsoleHasSavedMeanwhileIsKeptAside();
    void ownSavesAreNotKeptAside();
    void aFileThatCanNotBeReadOrCopiedIsNeverOverwritten();
    void aProblemIsOneLine();
    void aPlaceThatCanNotBeWrittenIsToldAsSuch();

  private:
    QString file() const { return m_folder->filePath(QStringLiteral("lifeguard/profiles.toml")); }
    void write(const QByteArray& text) const
    {
        QVERIFY(QDir().mkpath(m_folder->filePath(QStringLiteral("lifeguard"))));
        QFile out(file());
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
    }
    static QByteArray read(const QString& name)
    {
        QFile in(name);
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray("(not there)");
    }
    static Profile named(const char* name)
    {
        Profile profile;
        profile.name = name;
        return profile;
    }
    QStringList kept() const // the contents of what was copied aside
    {
        const QDir folder(m_folder->filePath(QStringLiteral("lifeguard")));
        QStringList contents;
        for (const QString& name : folder.entryList({QStringLiteral("profiles.toml.kept-*")}))
            contents << QString::fromUtf8(read(folder.filePath(name)));
        return contents;
    }
    void expectKeptAside(const QByteArray& original);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestProfileStore::profilesComeBackAsTheyWereSaved()
{
    Profile profile;
    profile.name = "orders \"api\"";
    profile.connection = "host='my host' dbname=orders\n '''quoted'''";
    profile.preset = Preset::Serverless;
    profile.options = optionsFor(Preset::Serverless);
    profile.options.maxSize = 20;
    profile.options.acquireTimeout = 1234ms;
    profile.options.backoff.attempts = 7;
    profile.options.lockTimeout = 5s;
    profile.options.idleInTransactionTimeout = 1min;
    profile.options.sessionSetUp = {"SET search_path TO \"shop\"", "SET x.y =\n'z'"};
    profile.options.resetOnRelease = ResetOnRelease::DiscardAll;
    profile.options.needsWritable = true;
    profile.environment = Environment::Staging;
    profile.readOnly = true;
    ProfileStore store(file());
    QString error;
    QVERIFY2(store.save(profile, &error), qPrintable(error));
    ProfileStore again(file());
    again.load();
    QVERIFY2(again.problem().isEmpty(), qPrintable(again.problem()));
    QCOMPARE(again.profiles().size(), std::size_t{1});
    QCOMPARE(again.profiles().front(), profile);
    QVERIFY(again.find(QStringLiteral("orders \"api\"")) != nullptr);
    QVERIFY(again.remove(QStringLiteral("orders \"api\""), &error));
    again.load();
    QVERIFY(again.profiles().empty());
}

void TestProfileStore::everyOptionOfTheDialogComesBack()
{
    for (const OptionField& field : OptionWords::fields()) {
        Profile profile = named("one");
        field.set(profile.options, field.get(profile.options) + 1);
        ProfileStore store(file());
        store.load();
        QVERIFY(store.save(profile, nullptr));
        store.load();
        QVERIFY2(store.problem().isEmpty(), qPrintable(store.problem()));
        QVERIFY2(store.profiles() == std::vector{profile}, field.name);
    }
}

void TestProfileStore::aMissingFileIsNoProblem()
{
    ProfileStore store(file());
    store.load();
    QVERIFY(store.problem().isEmpty());
    QVERIFY(store.profiles().empty());
}

void TestProfileStore::theLastFileIsKeptAsABackup()
{
    ProfileStore store(file());
    Profile profile;
    profile.name = "one";
    QVERIFY(store.save(profile, nullptr));
    const QByteArray first = read(file());
    profile.name = "two";
    QVERIFY(store.save(profile, nullptr));
    QCOMPARE(read(file() + QStringLiteral(".bak")), first);
}

void TestProfileStore::expectKeptAside(const QByteArray& original)
{
    write(original);
    ProfileStore store(file());
    store.load();
    QVERIFY(!store.problem().isEmpty());
    QCOMPARE(read(file()), original); // loading changes nothing
    Profile profile;
    profile.name = "new";
    QString error;
    QVERIFY2(store.save(profile, &error), qPrintable(error));
    const QStringList kept =
        QDir(m_folder->filePath(QStringLiteral("lifeguard"))).entryList({QStringLiteral("profiles.toml.kept-*")});
    QCOMPARE(kept.size(), 1);
    QCOMPARE(read(m_folder->filePath(QStringLiteral("lifeguard/") + kept.first())), original);
    QVERIFY(store.problem().contains(kept.first()));
}

void TestProfileStore::aTruncatedFileIsKeptAsideAndNeverOverwritten()
{
    expectKeptAside("version = 1\n[[profile]]\nname = \"orders\"\nconnection = \"host=db dbn");
}

void TestProfileStore::aFileOfANewerVersionIsKeptAsideAndNeverOverwritten()
{
    expectKeptAside("version = 99\n[[profile]]\nname = \"orders\"\nquantum = true\n");
}

void TestProfileStore::oneBadProfileDoesNotHideTheOthers()
{
    write("version = 1\n[[profile]]\nname = \"good\"\nconnection = \"host=db\"\n"
          "[[profile]]\nname = \"bad\"\npreset = \"turbo\"\n");
    ProfileStore store(file());
    store.load();
    QCOMPARE(store.profiles().size(), std::size_t{1});
    QVERIFY(store.problem().contains(QLatin1String("turbo")));
}

void TestProfileStore::theMarkOfOlderFilesIsStillRead_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<Environment>("environment");
    QTest::newRow("none") << QByteArray("") << Environment::Development;
    QTest::newRow("false") << QByteArray("production = false") << Environment::Development;
    QTest::newRow("true") << QByteArray("production = true") << Environment::Production;
    QTest::newRow("both, the graver counts")
        << QByteArray("production = true\nenvironment = \"staging\"") << Environment::Production;
    QTest::newRow("both, the mark is off")
        << QByteArray("production = false\nenvironment = \"staging\"") << Environment::Staging;
}

void TestProfileStore::theMarkOfOlderFilesIsStillRead()
{
    QFETCH(const QByteArray, lines);
    QFETCH(const Environment, environment);
    write("version = 1\n[[profile]]\nname = \"orders\"\n" + lines + "\n");
    ProfileStore store(file());
    store.load();
    QVERIFY2(store.problem().isEmpty(), qPrintable(store.problem()));
    QCOMPARE(store.profiles().front().environment, environment);
}

void TestProfileStore::whatIsNotUnderstoodIsTheProfilesProblem_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QString>("told");
    const auto row = [](const char* name, const char* lines, const char* told) {
        QTest::newRow(name) << QByteArray(lines) << QString::fromLatin1(told);
    };
    row("unknown key", "colour = 3", "profile \"bad\": unknown key \"colour\"");
    row("unknown option", "[profile.options]\nmaxSise = 20", "profile \"bad\": unknown option \"maxSise\"");
    row("option as a text", "[profile.options]\nmaxSize = \"20\"", "maxSize must be a whole number");
    row("option with a fraction", "[profile.options]\nmaxSize = 20.5", "maxSize must be a whole number");
    row("option that wraps to 20", "[profile.options]\nmaxSize = 4294967316", "maxSize is out of range (4294967316)");
    row("attempts that wrap to 5", "[profile.options]\nattempts = 4294967301", "attempts is out of range");
    row("time beyond the clock's", "[profile.options]\nmaxLifetime = 9223372036854775807",
        "maxLifetime is out of range");
    row("negative time", "[profile.options]\nidleTimeout = -1", "idleTimeout must be longer than 0 ms");
    row("set-up as one text", "[profile.options]\nsessionSetUp = \"SELECT 1\"", "sessionSetUp must be a list of texts");
    row("set-up with a number", "[profile.options]\nsessionSetUp = [1]", "sessionSetUp must be a list of texts");
    row("blank set-up", "[profile.options]\nsessionSetUp = [\" \"]", "sessionSetUp[0] must be a statement of SQL");
    row("unknown reset", "[profile.options]\nresetOnRelease = \"discard\"", "resetOnRelease must be \"none\"");
    row("role as a text", "[profile.options]\nneedsWritable = \"yes\"", "needsWritable must be true or false");
    row("options as a number", "options = 3", "options must be a table");
    row("production as a text", "production = \"yes\"", "production must be true or false");
    row("read-only as a number", "readOnly = 1", "readOnly must be true or false");
    row("unknown environment", "environment = \"prod\"", "environment must be \"development\"");
    row("environment as a number", "environment = 3", "environment must be a text");
    row("connection as a number", "connection = 5432", "connection must be a text");
    row("preset as a number", "preset = 1", "preset must be a text");
}

// A production database whose mark was mistyped would be an unmarked one.
void TestProfileStore::whatIsNotUnderstoodIsTheProfilesProblem()
{
    QFETCH(const QByteArray, lines);
    QFETCH(const QString, told);
    write("version = 1\n[[profile]]\nname = \"good\"\n[[profile]]\nname = \"bad\"\n" + lines + "\n");
    ProfileStore store(file());
    store.load();
    QVERIFY2(store.problem().contains(told), qPrintable(store.problem()));
    QCOMPARE(store.profiles().size(), std::size_t{1});
    QCOMPARE(store.profiles().front().name, std::string("good"));
}

void TestProfileStore::whatIsNotUnderstoodBesideTheProfilesIsTold_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("told");
    QTest::newRow("unknown key") << QByteArray("version = 1\n[[profiles]]\nname = \"a\"\n")
                                 << QStringLiteral("unknown key \"profiles\"");
    QTest::newRow("one pair of brackets")
        << QByteArray("version = 1\n[profile]\nname = \"a\"\n") << QStringLiteral("[[profile]]");
    QTest::newRow("name as a number") << QByteArray("version = 1\n[[profile]]\nname = 7\n")
                                      << QStringLiteral("name must be a text");
}

void TestProfileStore::whatIsNotUnderstoodBesideTheProfilesIsTold()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, told);
    write(text);
    ProfileStore store(file());
    store.load();
    QVERIFY2(store.problem().contains(told), qPrintable(store.problem()));
    QVERIFY(store.profiles().empty());
}

void TestProfileStore::aNewerFileThatCameAfterLoadingIsKeptAside()
{
    ProfileStore store(file());
    store.load(); // no file yet
    const QByteArray newer = "version = 99\n[[profile]]\nname = \"orders\"\nquantum = true\n";
    write(newer);
    QString error;
    QVERIFY2(store.save(named("new"), &error), qPrintable(error));
    QCOMPARE(kept(), QStringList{QString::fromUtf8(newer)});
    QVERIFY2(store.problem().contains(QLatin1String(".kept-")), qPrintable(store.problem()));
}

void TestProfileStore::whatAnotherConsoleHasSavedMeanwhileIsKeptAside()
{
    ProfileStore ours(file());
    QVERIFY(ours.save(named("first"), nullptr));
    ProfileStore theirs(file());
    theirs.load();
    QVERIFY(theirs.save(named("theirs"), nullptr));
    const QByteArray saved = read(file());
    QVERIFY(saved.contains("theirs"));
    QVERIFY(ours.remove(QStringLiteral("first"), nullptr));
    QCOMPARE(kept(), QStringList{QString::fromUtf8(saved)});
    QVERIFY2(ours.problem().contains(QLatin1String(".kept-")), qPrintable(ours.problem()));
}

void TestProfileStore::ownSavesAreNotKeptAside()
{
    ProfileStore store(file());
    store.load();
    QVERIFY(store.save(named("one"), nullptr));
    QVERIFY(store.save(named("two"), nullptr));
    store.load();
    QVERIFY(store.remove(QStringLiteral("one"), nullptr));
    QVERIFY(QFile::remove(file())); // nothing is left that could be kept
    QVERIFY(store.save(named("three"), nullptr));
    QCOMPARE(kept(), QStringList{});
    QVERIFY2(store.problem().isEmpty(), qPrintable(store.problem()));
}

void TestProfileStore::aFileThatCanNotBeReadOrCopiedIsNeverOverwritten()
{
    QVERIFY(QDir().mkpath(file())); // a folder of that name can't be read, root or not
    ProfileStore store(file());
    store.load();
    QVERIFY(!store.problem().isEmpty());
    QString error;
    QVERIFY(!store.save(named("new"), &error));
    QVERIFY2(error.contains(QLatin1String("copied aside")), qPrintable(error));
}

void TestProfileStore::aProblemIsOneLine()
{
    write("version = 1\n[[profile]]\nname = \"two\\nlines\"\npreset = \"tur\\nbo\"\n");
    ProfileStore store(file());
    store.load();
    QVERIFY2(store.problem().contains(QLatin1String("tur bo")), qPrintable(store.problem()));
    QVERIFY(!store.problem().contains(QLatin1Char('\n')));
}

void TestProfileStore::aPlaceThatCanNotBeWrittenIsToldAsSuch()
{
    ProfileStore store(QStringLiteral("/proc/nowhere/profiles.toml"));
    QString error;
    QVERIFY(!store.save({}, &error));
    QVERIFY(error.contains(QLatin1String("/proc/nowhere")));
}

QTEST_GUILESS_MAIN(TestProfileStore)
#include "tst_profile_store.moc"
