// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/private_server/leftovers.h"
#include "app/private_server/private_server.h"
#include "app/private_server/server_programs.h"
#include "app/private_server/unprivileged_process.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <arpa/inet.h>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace lifeguard;

namespace {

const QString kDatabase = QStringLiteral("postgres");
constexpr int kPatience = 30'000;

QString prefix()
{
    return QStringLiteral("lifeguard-test-server-%1-").arg(QCoreApplication::applicationPid());
}

PrivateServerOptions options()
{
    PrivateServerOptions result;
    result.prefix = prefix();
    return result;
}

// 'R', 'S', 'T' (stopped), ...; 0 when there is no such process.
char stateOf(qint64 pid)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!stat.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = stat.readAll();
    return text.at(text.lastIndexOf(')') + 2);
}

bool alive(qint64 pid)
{
    const char state = stateOf(pid);
    return state != 0 && state != 'Z';
}

bool tcpAnswers(int port)
{
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool answers = connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(client);
    return answers;
}

void makeProgram(const QString& path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
}

void makeOld(const QString& folder)
{
    const timespec hourAgo{time(nullptr) - 3'600, 0};
    const timespec times[]{hourAgo, hourAgo};
    QCOMPARE(utimensat(AT_FDCWD, QFile::encodeName(folder).constData(), times, 0), 0);
}

// What this program does when a test runs it as another process: owns a server until it is killed.
int ownAServer(const char* itsPrefix)
{
    PrivateServerOptions mine;
    mine.prefix = QString::fromLocal8Bit(itsPrefix);
    PrivateServer server(mine);
    QString error;
    if (!server.start(&error)) {
        std::fprintf(stderr, "%s\n", qPrintable(error));
        return 1;
    }
    server.freeze(); // so that it can't end by itself when its owner is killed
    std::printf("%lld\n", static_cast<long long>(server.pid()));
    std::fflush(stdout);
    for (;;)
        pause();
}

} // namespace

class PrivateServerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { sweepLeftovers(QStringLiteral("lifeguard-test-server-")); } // of a test that was killed

    void startsAndAnswers()
    {
        PrivateServer server(options());
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY(server.running());
        QVERIFY(server.port() > 0);
        QVERIFY2(server.run(QStringLiteral("CREATE TABLE t (n int); INSERT INTO t VALUES (1);"), kDatabase, &error),
                 qPrintable(error));
        QVERIFY(server.connection(QStringLiteral("shop"), QStringLiteral("orders"))
                    .contains(QStringLiteral("host=%1 port=%2").arg(server.folder()).arg(server.port())));
    }

    void noOtherLocalUserCanReachIt()
    {
        PrivateServer server(options());
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY(!tcpAnswers(server.port()));
        QVERIFY2(server.run(QStringLiteral("DO $$ BEGIN ASSERT NOT EXISTS"
                                           " (SELECT FROM pg_hba_file_rules WHERE type <> 'local'); END $$"),
                            kDatabase, &error),
                 qPrintable(error));
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther
                            | QFile::WriteOther | QFile::ExeOther;
        QCOMPARE(QFile::permissions(server.folder()) & others, QFile::Permissions{}); // the socket is in there
    }

    void tcpIsThereForThoseWhoAskForIt()
    {
        PrivateServerOptions open = options();
        open.tcp = true;
        PrivateServer server(open);
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY(tcpAnswers(server.port()));
    }

    void wrongSqlFailsWithTheServersWords()
    {
        PrivateServer server(options());
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY(!server.run(QStringLiteral("SELECT nothing FROM nowhere"), kDatabase, &error));
        QVERIFY2(error.contains(QStringLiteral("nowhere")), qPrintable(error));
    }

    void settingsAreInForce()
    {
        PrivateServerOptions small = options();
        small.settings = QStringList{QStringLiteral("max_connections = 17")};
        PrivateServer server(small);
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY2(server.run(QStringLiteral("DO $$ BEGIN ASSERT current_setting('max_connections') = '17'; END $$"),
                            kDatabase, &error),
                 qPrintable(error));
    }

    void restartsOnTheSamePortWithItsRows()
    {
        PrivateServer server(options());
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY2(server.run(QStringLiteral("CREATE TABLE kept (n int)"), kDatabase, &error), qPrintable(error));
        const int port = server.port();
        const qint64 pid = server.pid();
        server.stop();
        QVERIFY(!server.running());
        QVERIFY(!alive(pid));
        QVERIFY2(server.start(&error), qPrintable(error));
        QCOMPARE(server.port(), port);
        QVERIFY(server.pid() != pid);
        QVERIFY2(server.run(QStringLiteral("SELECT * FROM kept"), kDatabase, &error), qPrintable(error));
    }

    void nothingIsLeftAfterwards()
    {
        qint64 pid = 0;
        QString folder;
        {
            PrivateServer server(options());
            QString error;
            QVERIFY2(server.start(&error), qPrintable(error));
            pid = server.pid();
            folder = server.folder();
            QVERIFY(QDir(folder).exists());
        }
        QVERIFY(!alive(pid));
        QVERIFY(!QDir(folder).exists());
    }

    void aFrozenServerStandsStillUntilItIsThawed()
    {
        PrivateServer server(options());
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        server.freeze();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(server.pid()), 'T', kPatience);
        server.thaw();
        QVERIFY2(server.run(QStringLiteral("SELECT 1"), kDatabase, &error), qPrintable(error));
    }

    void aServerThatDiesIsNoticedAndCanBeStartedAgain()
    {
        PrivateServer server(options());
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        kill(static_cast<pid_t>(server.pid()), SIGQUIT);
        QTRY_VERIFY_WITH_TIMEOUT(!server.running(), kPatience);
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY2(server.run(QStringLiteral("SELECT 1"), kDatabase, &error), qPrintable(error));
    }

    void absentProgramsAreToldWithTheirPackage()
    {
        const QTemporaryDir empty;
        PrivateServerOptions nowhere = options();
        nowhere.programFolders = QStringList{empty.path()};
        PrivateServer server(nowhere);
        QString error;
        QVERIFY(!server.start(&error));
        QVERIFY2(error.contains(QStringLiteral("apt install postgresql")), qPrintable(error));
        QVERIFY(server.folder().isEmpty());
    }

    void theNewestProgramsAreTaken()
    {
        const QTemporaryDir root;
        for (const char* version : {"9.6", "15", "16", "17"}) {
            const QString folder = root.filePath(QString::fromLatin1(version) + QStringLiteral("/bin"));
            QVERIFY(QDir().mkpath(folder));
            makeProgram(folder + QStringLiteral("/initdb"));
            if (qstrcmp(version, "17") != 0) // half installed
                makeProgram(folder + QStringLiteral("/postgres"));
        }
        QCOMPARE(findServerPrograms(QStringList{root.filePath(QStringLiteral("*/bin"))}),
                 root.filePath(QStringLiteral("16/bin")));
    }

    void leftoversOfAKilledOwnerAreSwept()
    {
        const QString its = prefix() + QStringLiteral("orphan-");
        QProcess owner;
        owner.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        owner.start(QCoreApplication::applicationFilePath(), {QStringLiteral("own-a-server"), its});
        QTRY_VERIFY_WITH_TIMEOUT(owner.canReadLine() || owner.state() == QProcess::NotRunning, kPatience);
        const qint64 server = owner.readLine().trimmed().toLongLong();
        QVERIFY(server > 1 && alive(server));
        owner.kill();
        QVERIFY(owner.waitForFinished(kPatience));
        QVERIFY(alive(server));

        const QStringList swept = sweepLeftovers(its);
        QCOMPARE(swept.size(), 1);
        QVERIFY2(swept.first().contains(QString::number(server)), qPrintable(swept.first()));
        QTRY_VERIFY_WITH_TIMEOUT(!alive(server), kPatience);
        QVERIFY(QDir(QDir::tempPath()).entryList({its + QLatin1Char('*')}).isEmpty());
        QVERIFY(sweepLeftovers(its).isEmpty());
    }

    void aServerWhoseOwnerLivesIsLeftAlone()
    {
        PrivateServer server(options());
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QVERIFY(sweepLeftovers(prefix()).isEmpty());
        QVERIFY2(server.run(QStringLiteral("SELECT 1"), kDatabase, &error), qPrintable(error));
    }

    void aFolderThatIsBeingMadeIsLeftAlone()
    {
        const QString its = prefix() + QStringLiteral("young-");
        const QTemporaryDir folder(QDir::tempPath() + QLatin1Char('/') + its);
        QVERIFY(sweepLeftovers(its).isEmpty());
        QVERIFY(QDir(folder.path()).exists());
        makeOld(folder.path());
        QCOMPARE(sweepLeftovers(its).size(), 1);
        QVERIFY(!QDir(folder.path()).exists());
    }

    void foldersOfOtherUsersAreNotOurs()
    {
        const QTemporaryDir own;
        QVERIFY(isOurs(own.path()));
        if (geteuid() != 0) {
            QVERIFY(!isOurs(QStringLiteral("/")));
            return;
        }
        QVERIFY(giveToUnprivilegedUser(own.path()));
        QVERIFY(isOurs(own.path()));
        QCOMPARE(chown(QFile::encodeName(own.path()).constData(), 1, 1), 0); // daemon
        QVERIFY(!isOurs(own.path()));
    }
};

int main(int count, char** arguments)
{
    QCoreApplication application(count, arguments);
    if (count == 3 && qstrcmp(arguments[1], "own-a-server") == 0)
        return ownAServer(arguments[2]);
    PrivateServerTest test;
    return QTest::qExec(&test, count, arguments);
}

#include "tst_private_server.moc"
