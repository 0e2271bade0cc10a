// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/host_lookup.h"

#include <QProcess>
#include <QtTest>

#include <cstdlib>
#include <cstring>
#include <future>

using namespace lifeguard;
using namespace std::chrono_literals;

namespace {

using Answer = HostLookup::Answer;

TimePoint inSeconds(int seconds)
{
    return Clock::now() + std::chrono::seconds{seconds};
}

// A resolver that answers when it is allowed to, as one does whose name servers are away.
class SlowResolver {
  public:
    SlowResolver() : m_let(m_open.get_future()) {}

    HostLookup::Resolver resolver()
    {
        return [asked = m_asked, let = m_let](const std::string& host) -> Answer {
            ++*asked;
            let.wait();
            return std::vector<std::string>{"address of " + host};
        };
    }
    void answer() { m_open.set_value(); }
    int asked() const { return *m_asked; }

  private:
    std::promise<void> m_open;
    const std::shared_future<void> m_let;
    const std::shared_ptr<std::atomic<int>> m_asked = std::make_shared<std::atomic<int>>(0);
};

} // namespace

class TestHostLookup : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theSystemIsAsked();
    void aNameThatIsNotThereIsToldAsSuch();
    void aResolverThatHangsEndsByTheDeadline();
    void givingUpEndsALookSoon();
    void whoHasGivenUpBeforehandBeginsNoLook();
    void whoAsksForTheSameNameSharesTheLook();
    void theNextLookAsksAnew();
    void aProgramThatEndsWhileTheResolverWorksEndsWell();
};

void TestHostLookup::theSystemIsAsked()
{
    const std::atomic<bool> never{false};
    const Answer found = HostLookup().addressesOf("localhost", inSeconds(30), never);
    QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
    QVERIFY(found->front() == "127.0.0.1" || found->front() == "::1");
}

void TestHostLookup::aNameThatIsNotThereIsToldAsSuch()
{
    const std::atomic<bool> never{false};
    const Answer missed = HostLookup().addressesOf("no-such-host.invalid", inSeconds(60), never);
    QVERIFY(!missed);
    QCOMPARE(missed.error().sign, ErrorSign::NameNotFound);
    QVERIFY(missed.error().message.find("no-such-host.invalid") != std::string::npos);
}

void TestHostLookup::aResolverThatHangsEndsByTheDeadline()
{
    const std::atomic<bool> never{false};
    SlowResolver slow;
    {
        HostLookup lookup(slow.resolver());
        const TimePoint begin = Clock::now();
        const Answer late = lookup.addressesOf("db", begin + 100ms, never);
        QVERIFY(!late);
        QCOMPARE(late.error().sign, ErrorSign::Timeout);
        QVERIFY(Clock::now() - begin >= 100ms);
        QVERIFY(Clock::now() - begin < 10s);
    }
    slow.answer(); // to nobody: the look has outlived the lookup
}

void TestHostLookup::givingUpEndsALookSoon()
{
    std::atomic<bool> giveUp{false};
    SlowResolver slow;
    HostLookup lookup(slow.resolver());
    auto look = std::async(std::launch::async, [&] { return lookup.addressesOf("db", inSeconds(60), giveUp); });
    QTRY_COMPARE(slow.asked(), 1);
    const TimePoint begin = Clock::now();
    giveUp = true;
    const Answer given = look.get();
    QVERIFY(Clock::now() - begin < 10s);
    QVERIFY(!given);
    QCOMPARE(given.error().sign, ErrorSign::Cancelled);
    slow.answer();
}

void TestHostLookup::whoHasGivenUpBeforehandBeginsNoLook()
{
    const std::atomic<bool> givenUp{true};
    SlowResolver slow;
    slow.answer();
    HostLookup lookup(slow.resolver());
    QCOMPARE(lookup.addressesOf("db", inSeconds(30), givenUp).error().sign, ErrorSign::Cancelled);
    const std::atomic<bool> never{false};
    QVERIFY(lookup.addressesOf("db", inSeconds(30), never).has_value());
    QCOMPARE(slow.asked(), 1);
}

void TestHostLookup::whoAsksForTheSameNameSharesTheLook()
{
    const std::atomic<bool> never{false};
    SlowResolver slow;
    HostLookup lookup(slow.resolver());
    for (int i = 0; i < 20; ++i)
        QVERIFY(!lookup.addressesOf("db", Clock::now() + 1ms, never));
    QTRY_VERIFY(slow.asked() > 0);
    QCOMPARE(slow.asked(), 1);
    QVERIFY(!lookup.addressesOf("other", Clock::now() + 1ms, never));
    QTRY_COMPARE(slow.asked(), 2);
    auto look = std::async(std::launch::async, [&] { return lookup.addressesOf("db", inSeconds(60), never); });
    slow.answer();
    QCOMPARE(look.get()->front(), std::string("address of db"));
}

void TestHostLookup::theNextLookAsksAnew()
{
    const std::atomic<bool> never{false};
    SlowResolver quick;
    quick.answer();
    HostLookup lookup(quick.resolver());
    QVERIFY(lookup.addressesOf("db", inSeconds(30), never).has_value());
    QVERIFY(lookup.addressesOf("db", inSeconds(30), never).has_value());
    QCOMPARE(quick.asked(), 2);
}

void TestHostLookup::aProgramThatEndsWhileTheResolverWorksEndsWell()
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--end-while-looking-up")});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

namespace {

std::promise<void> s_ending;
std::atomic<bool> s_answering{false};

// Gives a look up, and ends while the resolver answers it.
int endWhileLookingUp()
{
    static HostLookup lookup([](const std::string&) -> Answer {
        s_ending.get_future().wait();
        s_answering = true;
        s_answering.notify_all();
        return std::vector<std::string>{"127.0.0.1"};
    });
    std::atexit([] { // runs before the lookup is destroyed, which happens while its thread puts the answer down
        s_ending.set_value();
        s_answering.wait(false);
    });
    const std::atomic<bool> never{false};
    return lookup.addressesOf("db", Clock::now() + 1ms, never) ? 1 : 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 2 && std::strcmp(argv[1], "--end-while-looking-up") == 0)
        return endWhileLookingUp();
    QCoreApplication application(argc, argv);
    TestHostLookup test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_host_lookup.moc"
