// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"
#include "app/main_window.h"
#include "app/notice_bar.h"

#include <QAction>
#include <QApplication>
#include <QTemporaryDir>
#include <QtTest>

using namespace lifeguard;

namespace {

constexpr int kPatience = 30'000;

DemoOptions withoutServerPrograms(const QTemporaryDir& empty)
{
    DemoOptions options;
    options.prefix = QStringLiteral("lifeguard-test-application-%1-").arg(QCoreApplication::applicationPid());
    options.programFolders = QStringList{empty.path()};
    return options;
}

bool faultMenuIsThere(MainWindow& window)
{
    for (const QAction* action : window.findChildren<QAction*>())
        if (action->text().contains(QLatin1String("cause a fault")))
            return action->isVisible();
    return false;
}

} // namespace

class TestApplication : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_folder.path())); // not the settings of whoever runs this
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_folder.path()));
    }
    void aDemoThatFailedCanBeStartedAgain();
    void actionsAreWrittenToTheAuditLog();

  private:
    QTemporaryDir m_folder;
};

void TestApplication::aDemoThatFailedCanBeStartedAgain()
{
    const QTemporaryDir empty;
    Application console(*qApp, {}, withoutServerPrograms(empty));
    MainWindow& window = console.window();
    for (int attempt = 1; attempt <= 2; ++attempt) {
        window.notices().hide();
        Q_EMIT window.demoRequested();
        QVERIFY(faultMenuIsThere(window));
        QTRY_VERIFY_WITH_TIMEOUT(window.notices().text().contains(QLatin1String("apt install postgresql")), kPatience);
        QCOMPARE(window.notices().tone(), NoticeBar::Tone::Bad);
        QTRY_VERIFY(!faultMenuIsThere(window));
    }
}

void TestApplication::actionsAreWrittenToTheAuditLog()
{
    CommandLine wanted;
    wanted.connection = QStringLiteral("host=/nowhere dbname=orders user=app");
    const Application console(*qApp, wanted, {});
    QFile file(m_folder.filePath(QStringLiteral("lifeguard/audit.log")));
    QTRY_VERIFY_WITH_TIMEOUT(file.exists() && file.size() > 0, kPatience);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray line = file.readAll();
    QVERIFY2(line.contains("\"action\":\"open\"") && line.contains(actorName().toUtf8()), line.constData());
}

QTEST_MAIN(TestApplication)
#include "tst_application.moc"
