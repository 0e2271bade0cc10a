// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_watcher.h"

#include <QFile>
#include <QSaveFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace lifeguard;

class TestProfileWatcher : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_store = std::make_unique<ProfileStore>(m_folder->filePath(QStringLiteral("new/profiles.toml")));
    }
    void aFileThatComesLaterIsRead();
    void aFileThatIsReplacedAgainAndAgainIsReadEachTime();
    void aFileThatIsWrittenInPlaceIsRead();
    void aMistakeByHandIsToldAndMended();
    void ownSavesAreNoChange();

  private:
    static QByteArray profile(const char* name)
    {
        return "version = 1\n[[profile]]\nname = \"" + QByteArray(name) + "\"\n";
    }
    void replace(const QByteArray& text) const // as editors do it
    {
        QSaveFile out(m_store->file());
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
        QVERIFY(out.commit());
    }
    bool knows(const char* name) const { return m_store->find(QLatin1String(name)) != nullptr; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProfileStore> m_store;
};

void TestProfileWatcher::aFileThatComesLaterIsRead()
{
    const ProfileWatcher watcher(*m_store);
    replace(profile("one"));
    QTRY_VERIFY(knows("one"));
}

void TestProfileWatcher::aFileThatIsReplacedAgainAndAgainIsReadEachTime()
{
    const ProfileWatcher watcher(*m_store);
    for (const char* name : {"one", "two", "three"}) {
        replace(profile(name));
        QTRY_VERIFY(knows(name));
    }
    QCOMPARE(m_store->profiles().size(), std::size_t{1});
}

void TestProfileWatcher::aFileThatIsWrittenInPlaceIsRead()
{
    Profile first;
    first.name = "first";
    QVERIFY(m_store->save(first, nullptr));
    const ProfileWatcher watcher(*m_store);
    QFile file(m_store->file());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(profile("second"));
    file.close();
    QTRY_VERIFY(knows("second"));
    QVERIFY(!knows("first"));
}

void TestProfileWatcher::aMistakeByHandIsToldAndMended()
{
    const ProfileWatcher watcher(*m_store);
    const QSignalSpy reloads(&watcher, &ProfileWatcher::reloaded);
    replace("version = 2\n[[profile]]\nname = \"one\"\n");
    QTRY_COMPARE(reloads.size(), 1);
    QVERIFY2(m_store->problem().contains(QLatin1String("newer Lifeguard (version 2")), qPrintable(m_store->problem()));
    replace(profile("one"));
    QTRY_VERIFY(knows("one"));
    QVERIFY(m_store->problem().isEmpty());
}

// A later change by somebody else shows that the watcher has looked in between.
void TestProfileWatcher::ownSavesAreNoChange()
{
    const ProfileWatcher watcher(*m_store);
    const QSignalSpy reloads(&watcher, &ProfileWatcher::reloaded);
    Profile own;
    own.name = "own";
    QVERIFY(m_store->save(own, nullptr));
    QVERIFY(m_store->isCurrent());
    replace(profile("theirs"));
    QVERIFY(!m_store->isCurrent());
    QTRY_VERIFY(knows("theirs"));
    QCOMPARE(reloads.size(), 1);
}

QTEST_GUILESS_MAIN(TestProfileWatcher)
#include "tst_profile_watcher.moc"
