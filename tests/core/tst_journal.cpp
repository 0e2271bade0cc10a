// SPDX-License-Identifier: Apache-2.0
#include "core/events/journal.h"

#include <QtTest>

#include <atomic>
#include <set>
#include <thread>

using namespace lifeguard;

class TestJournal : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void idsIncreaseByOne();
    void aReaderCatchesUpById();
    void theRingDropsTheOldestAndTheIdsShowIt();
    void theTimeIsStampedWhereItIsUnset();
    void theListenerIsCalledAfterEachAppendUntilRemoved();
    void writersOnManyThreadsLoseNothing();
    void aMillionEventsAreKeptAndReadInParts();
};

namespace {

Event named(const std::string& text)
{
    Event event;
    event.text = text;
    return event;
}

} // namespace

void TestJournal::idsIncreaseByOne()
{
    Journal journal;
    QCOMPARE(journal.newest().value, std::uint64_t{0});
    QCOMPARE(journal.append(named("a")).value, std::uint64_t{1});
    QCOMPARE(journal.append(named("b")).value, std::uint64_t{2});
    QCOMPARE(journal.newest().value, std::uint64_t{2});
}

void TestJournal::aReaderCatchesUpById()
{
    Journal journal;
    for (int i = 1; i <= 5; ++i)
        journal.append(named(std::to_string(i)));
    const std::vector<Event> part = journal.since(EventId{2}, 2);
    QCOMPARE(part.size(), std::size_t{2});
    QCOMPARE(part[0].text, std::string("3"));
    QCOMPARE(part[1].id.value, std::uint64_t{4});
    QVERIFY(journal.since(journal.newest()).empty());
}

void TestJournal::theRingDropsTheOldestAndTheIdsShowIt()
{
    Journal journal(3);
    for (int i = 1; i <= 5; ++i)
        journal.append(named(std::to_string(i)));
    const std::vector<Event> left = journal.since(EventId{1});
    QCOMPARE(left.size(), std::size_t{3});
    QCOMPARE(left.front().id.value, std::uint64_t{3}); // 2 is lost, and the reader can tell
}

void TestJournal::theTimeIsStampedWhereItIsUnset()
{
    Journal journal;
    Event dated = named("dated");
    dated.at = WallTime{std::chrono::seconds{42}};
    journal.append(dated);
    journal.append(named("undated"));
    const std::vector<Event> events = journal.since({});
    QVERIFY(events[0].at == dated.at);
    QVERIFY(events[1].at > dated.at);
}

void TestJournal::theListenerIsCalledAfterEachAppendUntilRemoved()
{
    Journal journal;
    std::vector<std::uint64_t> seen;
    journal.setListener([&] { seen.push_back(journal.newest().value); });
    journal.append(named("a"));
    journal.append(named("b"));
    journal.setListener({});
    journal.append(named("c"));
    QCOMPARE(seen, (std::vector<std::uint64_t>{1, 2}));
}

void TestJournal::writersOnManyThreadsLoseNothing()
{
    Journal journal;
    std::atomic<int> calls{0};
    journal.setListener([&calls] { ++calls; });
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&journal] {
            for (int i = 0; i < 500; ++i)
                journal.append(named("x"));
        });
    for (std::thread& writer : writers)
        writer.join();
    std::set<std::uint64_t> ids;
    for (const Event& event : journal.since({}))
        ids.insert(event.id.value);
    QCOMPARE(ids.size(), std::size_t{2000});
    QCOMPARE(*ids.rbegin(), std::uint64_t{2000});
    QCOMPARE(calls.load(), 2000);
}

void TestJournal::aMillionEventsAreKeptAndReadInParts()
{
    constexpr std::size_t kMillion = 1'000'000;
    Journal journal;
    for (std::size_t i = 0; i < kMillion + 5; ++i)
        journal.append(named("x"));
    std::size_t read = 0;
    std::uint64_t oldest = 0;
    for (EventId last; last.value < journal.newest().value;) {
        const std::vector<Event> part = journal.since(last);
        if (read == 0)
            oldest = part.front().id.value;
        read += part.size();
        last = part.back().id;
    }
    QCOMPARE(read, kMillion);
    QCOMPARE(oldest, std::uint64_t{6});
}

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
