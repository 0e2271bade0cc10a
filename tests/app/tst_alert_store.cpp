// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/alert_store.h"
#include "app/alert_toml.h"

#include <QDir>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

using namespace lifeguard;
using namespace std::chrono_literals;

class TestAlertStore : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void withoutAFileTheDefaultsHold();
    void aHandWrittenRuleNeedsOnlyWhatDiffers();
    void whatIsSavedIsReadAgain();
    void theFileHoldsOnlyWhatDiffers();
    void mistakesAreSaidAndTheDefaultsHold_data();
    void mistakesAreSaidAndTheDefaultsHold();
    void aFileThatWasNotUnderstoodIsKept();
    void aFileThatWasChangedMeanwhileIsKept();
    void theFormerFileIsTheBackup();
    void aFailedSaveSaysWhy();
    void mutesAreRememberedBesideTheFile();

  private:
    QString path() const { return m_folder->filePath(QStringLiteral("config/alerts.toml")); }
    void write(const QByteArray& text) const;
    QByteArray read(const QString& file) const;
    QStringList files(const QString& pattern) const
    {
        return QDir(m_folder->filePath(QStringLiteral("config"))).entryList({pattern});
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestAlertStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral("config")));
}

void TestAlertStore::write(const QByteArray& text) const
{
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QByteArray TestAlertStore::read(const QString& file) const
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

void TestAlertStore::withoutAFileTheDefaultsHold()
{
    AlertStore store(path());
    store.load();
    QVERIFY(store.problem().isEmpty());
    QCOMPARE(store.rules(), defaultAlertRules());
}

void TestAlertStore::aHandWrittenRuleNeedsOnlyWhatDiffers()
{
    write("version = 1\n[[rule]]\nkind = \"waiting\"\npool = \"orders\"\nthreshold = 2500\n"
          "[[rule]]\nkind = \"saturation\"\nenabled = false\n");
    AlertStore store(path());
    store.load();
    QCOMPARE(store.problem(), QString());
    QCOMPARE(store.rules().size(), kAlertKinds + 1);
    AlertRule orders = defaultAlertRules()[0];
    orders.pool = "orders";
    orders.threshold = 2'500;
    QCOMPARE(store.rules().back(), orders);
    QVERIFY(!store.rules()[1].enabled);
}

void TestAlertStore::whatIsSavedIsReadAgain()
{
    std::vector<AlertRule> rules = defaultAlertRules();
    rules[2].threshold = 0.5;
    rules[3].remindAfter = 0ms;
    rules[4].severity = Severity::Warning;
    AlertRule odd = rules[0];
    odd.pool = "it's \"odd\"\n'''";
    odd.fireAfter = 9;
    rules.push_back(odd);
    AlertRule tagged = rules[5];
    tagged.tag = "production";
    tagged.clearAfter = 77;
    rules.push_back(tagged);
    QString error;
    AlertStore store(path());
    QVERIFY2(store.save(rules, &error), qPrintable(error));
    AlertStore again(path());
    again.load();
    QCOMPARE(again.problem(), QString());
    QCOMPARE(again.rules(), rules);
}

void TestAlertStore::theFileHoldsOnlyWhatDiffers()
{
    AlertStore store(path());
    std::vector<AlertRule> rules = defaultAlertRules();
    rules[1].enabled = false;
    QVERIFY(store.save(rules, nullptr));
    const QByteArray text = read(path());
    QCOMPARE(text.count("[[rule]]"), 1);
    for (std::size_t i = 0; i < kAlertKinds; ++i) // the file explains itself
        QVERIFY(text.contains(std::string(nameOf(static_cast<AlertKind>(i))).c_str()));
}

void TestAlertStore::mistakesAreSaidAndTheDefaultsHold_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* text, const char* words) {
        QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(words);
    };
    row("no TOML", "version = \n", "line 1");
    row("no version", "[[rule]]\nkind = \"waiting\"\n", "no version");
    row("newer", "version = 2\n", "newer Lifeguard");
    row("unknown key at the top", "version = 1\nrules = 1\n", "rules");
    row("no list", "version = 1\n[rule]\nkind = \"waiting\"\n", "[[rule]]");
    row("no kind", "version = 1\n[[rule]]\nthreshold = 1\n", "no kind");
    row("unknown kind", "version = 1\n[[rule]]\nkind = \"wait\"\n", "unknown kind \"wait\"");
    row("unknown key", "version = 1\n[[rule]]\nkind = \"waiting\"\ntreshold = 1\n", "treshold");
    row("text for a number", "version = 1\n[[rule]]\nkind = \"waiting\"\nthreshold = \"1\"\n", "must be a number");
    row("a fraction of samples", "version = 1\n[[rule]]\nkind = \"waiting\"\nfireAfter = 1.5\n", "whole number");
    row("too many samples", "version = 1\n[[rule]]\nkind = \"waiting\"\nfireAfter = 99999999999\n", "whole number");
    row("nothing to fire at", "version = 1\n[[rule]]\nkind = \"waiting\"\nthreshold = 0\n",
        "threshold must be above 0");
    row("no severity", "version = 1\n[[rule]]\nkind = \"waiting\"\nseverity = \"ok\"\n", "\"warning\" or \"critical\"");
    row("pool and tag", "version = 1\n[[rule]]\nkind = \"waiting\"\npool = \"a\"\ntag = \"b\"\n", "not for both");
}

void TestAlertStore::mistakesAreSaidAndTheDefaultsHold()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, words);
    write(text);
    AlertStore store(path());
    store.load();
    QVERIFY2(store.problem().contains(words), qPrintable(store.problem()));
    QVERIFY(store.problem().contains(path()));
    QCOMPARE(store.rules().size(), kAlertKinds);
    QCOMPARE(store.rules()[0].threshold, defaultAlertRules()[0].threshold);
}

void TestAlertStore::aFileThatWasNotUnderstoodIsKept()
{
    write("version = 1\n# mine\nrules = 1\n");
    AlertStore store(path());
    store.load();
    QVERIFY(store.save(defaultAlertRules(), nullptr));
    const QStringList kept = files(QStringLiteral("alerts.toml.kept-*"));
    QCOMPARE(kept.size(), 1);
    QVERIFY(read(m_folder->filePath(QStringLiteral("config/") + kept.first())).contains("# mine"));
    QVERIFY(store.problem().isEmpty());
}

void TestAlertStore::aFileThatWasChangedMeanwhileIsKept()
{
    AlertStore store(path());
    QVERIFY(store.save(defaultAlertRules(), nullptr));
    write("version = 1\n# by hand\n");
    QVERIFY(store.save(defaultAlertRules(), nullptr));
    QCOMPARE(files(QStringLiteral("alerts.toml.kept-*")).size(), 1);
}

void TestAlertStore::theFormerFileIsTheBackup()
{
    write("version = 1\n# first\n");
    AlertStore store(path());
    store.load();
    QVERIFY(store.save(defaultAlertRules(), nullptr));
    QVERIFY(read(path() + QStringLiteral(".bak")).contains("# first"));
    QVERIFY(store.save(defaultAlertRules(), nullptr));
    QVERIFY(!read(path() + QStringLiteral(".bak")).contains("# first"));
    QVERIFY(files(QStringLiteral("alerts.toml.kept-*")).isEmpty());
}

void TestAlertStore::aFailedSaveSaysWhy()
{
    QFile inTheWay(m_folder->filePath(QStringLiteral("file")));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    AlertStore store(inTheWay.fileName() + QStringLiteral("/alerts.toml"));
    QString error;
    QVERIFY(!store.save(defaultAlertRules(), &error));
    QVERIFY(error.contains(QLatin1String("alerts.toml")));
}

void TestAlertStore::mutesAreRememberedBesideTheFile()
{
    const WallTime until = WallTime{} + 500'000h;
    const std::vector<AlertMute> mutes{{{}, {}, until},
                                       {AlertKind::Headroom, "db.internal:5432", until + 1ms},
                                       {{}, "db|app, \"x\"|shop|local", until}};
    QSettings settings(m_folder->filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    QVERIFY(AlertStore::mutes(settings).empty());
    AlertStore::saveMutes(settings, mutes);
    settings.sync();
    const QSettings again(m_folder->filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    QCOMPARE(AlertStore::mutes(again), mutes);
}

QTEST_GUILESS_MAIN(TestAlertStore)
#include "tst_alert_store.moc"
