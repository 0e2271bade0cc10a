// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_store.h"

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
    void aMissingFileIsNoProblem();
    void theLastFileIsKeptAsABackup();
    void aTruncatedFileIsKeptAsideAndNeverOverwritten();
    void aFileOfANewerVersionIsKeptAsideAndNeverOverwritten();
    void oneBadProfileDoesNotHideTheOthers();
    void anOptionThatIsNoNumberOrTooLargeIsToldNotMended_data();
    void anOptionThatIsNoNumberOrTooLargeIsToldNotMended();
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
    profile.production = true;
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

void TestProfileStore::anOptionThatIsNoNumberOrTooLargeIsToldNotMended_data()
{
    QTest::addColumn<QByteArray>("value");
    for (const char* value : {"4294967297", "-4294967295", "9223372036854775807", "\"7\"", "7.0", "true", "[7]"})
        QTest::newRow(value) << QByteArray(value);
}

void TestProfileStore::anOptionThatIsNoNumberOrTooLargeIsToldNotMended()
{
    QFETCH(const QByteArray, value);
    write("version = 1\n[[profile]]\nname = \"orders\"\n[profile.options]\nmaxSize = " + value + "\n");
    ProfileStore store(file());
    store.load();
    QVERIFY(store.profiles().empty());
    QVERIFY2(store.problem().contains(QLatin1String("maxSize")), qPrintable(store.problem()));
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
