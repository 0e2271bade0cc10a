// SPDX-License-Identifier: Apache-2.0
// The library as an application gets it: installed, found by find_package(Lifeguard), built against and run.
#include "tests/support/server_fixture.h"

#include <QDir>
#include <QProcess>

using namespace lifeguard;

namespace {

struct Run {
    int exitCode = -1;
    QByteArray out;
    QByteArray errors;
};

Run run(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(100'000))
        return {-1, process.readAllStandardOutput(), process.errorString().toUtf8()};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QString inBuild(const char* name)
{
    return QStringLiteral(LIFEGUARD_BINARY_DIR "/installed/") + QLatin1String(name);
}

} // namespace

class TestExample : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void theLibraryIsInstalledWithItsLicence();
    void theExampleIsBuiltAgainstIt();
    void thePoolAloneNeedsNoPostgresLibrary();
    void theExampleRuns();
    void theExampleTellsWhyItCouldNot();

  private:
    static Run configure(const QString& source, const char* build)
    {
        return run(QStringLiteral(CMAKE_PROGRAM),
                   {QStringLiteral("-S"), source, QStringLiteral("-B"), inBuild(build), QStringLiteral("-G"),
                    QStringLiteral(CMAKE_GENERATOR_NAME), QStringLiteral("-DCMAKE_PREFIX_PATH=") + inBuild("prefix"),
                    QStringLiteral("-DCMAKE_CXX_COMPILER=" CXX_PROGRAM),
                    QStringLiteral("-DCMAKE_CXX_FLAGS=" CXX_SANITIZE)});
    }
    static Run build(const char* folder)
    {
        return run(QStringLiteral(CMAKE_PROGRAM), {QStringLiteral("--build"), inBuild(folder)});
    }

    ServerFixture m_fixture;
};

void TestExample::initTestCase()
{
    QVERIFY(QDir(inBuild("")).removeRecursively());
    m_fixture.start();
}

void TestExample::theLibraryIsInstalledWithItsLicence()
{
    const Run installed =
        run(QStringLiteral(CMAKE_PROGRAM),
            {QStringLiteral("--install"), QStringLiteral(LIFEGUARD_BINARY_DIR), QStringLiteral("--component"),
             QStringLiteral("development"), QStringLiteral("--prefix"), inBuild("prefix")});
    QVERIFY2(installed.exitCode == 0, installed.errors.constData());
    QVERIFY(QFile::exists(inBuild("prefix/share/doc/lifeguard/Apache-2.0.txt")));
}

void TestExample::theExampleIsBuiltAgainstIt()
{
    const Run configured = configure(QStringLiteral(LIFEGUARD_SOURCE_DIR "/docs/example"), "example");
    QVERIFY2(configured.exitCode == 0, configured.errors.constData());
    const Run built = build("example");
    QVERIFY2(built.exitCode == 0, built.out.constData());
}

void TestExample::thePoolAloneNeedsNoPostgresLibrary()
{
    QVERIFY(QDir().mkpath(inBuild("alone-source")));
    QFile lists(inBuild("alone-source/CMakeLists.txt"));
    QVERIFY(lists.open(QIODevice::WriteOnly));
    lists.write("cmake_minimum_required(VERSION 3.23)\nproject(alone LANGUAGES CXX)\n"
                "set(CMAKE_DISABLE_FIND_PACKAGE_PkgConfig TRUE)\n" // as on a machine without it
                "find_package(Lifeguard REQUIRED COMPONENTS core)\n"
                "add_executable(alone alone.cpp)\ntarget_link_libraries(alone PRIVATE Lifeguard::core)\n");
    lists.close();
    QFile source(inBuild("alone-source/alone.cpp"));
    QVERIFY(source.open(QIODevice::WriteOnly));
    source.write("#include \"core/pool/pool.h\"\n"
                 "int main() { return static_cast<int>(validate(lifeguard::PoolOptions{}).size()); }\n");
    source.close();
    const Run configured = configure(inBuild("alone-source"), "alone");
    QVERIFY2(configured.exitCode == 0, configured.errors.constData());
    const Run built = build("alone");
    QVERIFY2(built.exitCode == 0, built.out.constData());
    QCOMPARE(run(inBuild("alone/alone"), {}).exitCode, 0);
}

void TestExample::theExampleRuns()
{
    for (const char* visits : {"1\n", "2\n"}) {
        const Run counted = run(inBuild("example/visits"), {QString::fromStdString(m_fixture.connection("app"))});
        QVERIFY2(counted.exitCode == 0, counted.errors.constData());
        QCOMPARE(counted.out, QByteArray(visits));
    }
}

void TestExample::theExampleTellsWhyItCouldNot()
{
    const Run refused =
        run(inBuild("example/visits"), {QString::fromStdString(m_fixture.connection("app", "nowhere"))});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.errors.contains("3D000"), refused.errors.constData());
}

QTEST_GUILESS_MAIN(TestExample)
#include "tst_example.moc"
