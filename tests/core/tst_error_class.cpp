// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/error_class.h"

#include <QtTest>

using namespace lifeguard;

class TestErrorClass : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everySqlStateHasItsFateAndRemedy_data();
    void everySqlStateHasItsFateAndRemedy();
    void signsWithoutSqlStateAreSortedToo_data();
    void signsWithoutSqlStateAreSortedToo();
    void poolersOwnMessagesAreToldApartByTheirText();
    void aStatementsErrorIsTheCallersAndKeepsTheConnection();
    void usersNeverSeeTheDriversWords();
};

Q_DECLARE_METATYPE(lifeguard::Fate)
Q_DECLARE_METATYPE(lifeguard::Remedy)
Q_DECLARE_METATYPE(lifeguard::Phase)
Q_DECLARE_METATYPE(lifeguard::ErrorSign)

namespace {

DatabaseError serverError(const char* state, const char* message = "words")
{
    return {ErrorSign::Server, state, message, {}};
}

} // namespace

void TestErrorClass::everySqlStateHasItsFateAndRemedy_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<Phase>("phase");
    QTest::addColumn<Fate>("fate");
    QTest::addColumn<Remedy>("remedy");
    const auto row = [](const char* state, Phase phase, Fate fate, Remedy remedy) {
        QTest::addRow("%s in phase %d", state, static_cast<int>(phase)) << QByteArray(state) << phase << fate << remedy;
    };
    row("57P01", Phase::Idle, Fate::DiscardAll, Remedy::Now);
    row("57P01", Phase::Use, Fate::DiscardAll, Remedy::Caller);
    row("57P02", Phase::Idle, Fate::DiscardAll, Remedy::Backoff);
    row("57P03", Phase::Connect, Fate::Discard, Remedy::Backoff);
    row("57P04", Phase::Use, Fate::Discard, Remedy::Caller);
    row("57P05", Phase::Idle, Fate::Discard, Remedy::Now);
    row("3D000", Phase::Connect, Fate::Discard, Remedy::Stop);
    row("28P01", Phase::Connect, Fate::Discard, Remedy::Stop);
    row("28000", Phase::Connect, Fate::Discard, Remedy::Stop);
    row("42501", Phase::Connect, Fate::Keep, Remedy::Stop);
    row("42704", Phase::Use, Fate::Keep, Remedy::Caller);
    row("53300", Phase::Connect, Fate::Discard, Remedy::Backoff);
    row("53200", Phase::Use, Fate::KeepAfterRollback, Remedy::Caller);
    row("58030", Phase::Use, Fate::KeepAfterRollback, Remedy::Caller);
    row("08006", Phase::Idle, Fate::Discard, Remedy::Now);
    row("08006", Phase::Use, Fate::Discard, Remedy::Caller);
    row("08004", Phase::Connect, Fate::Discard, Remedy::Backoff);
    row("08007", Phase::Use, Fate::Discard, Remedy::Caller);
    row("57014", Phase::Use, Fate::KeepAfterRollback, Remedy::Caller);
    row("25P02", Phase::Use, Fate::KeepAfterRollback, Remedy::Caller);
    row("25P03", Phase::Use, Fate::Discard, Remedy::Caller);
    row("25006", Phase::Use, Fate::DiscardAll, Remedy::Caller);
    row("40001", Phase::Use, Fate::KeepAfterRollback, Remedy::Caller);
    row("40003", Phase::Use, Fate::Discard, Remedy::Caller);
    row("55P03", Phase::Use, Fate::KeepAfterRollback, Remedy::Caller);
    row("26000", Phase::Use, Fate::Keep, Remedy::Caller);
    row("0A000", Phase::Use, Fate::Discard, Remedy::Caller);
}

void TestErrorClass::everySqlStateHasItsFateAndRemedy()
{
    QFETCH(QByteArray, state);
    QFETCH(Phase, phase);
    QFETCH(Fate, fate);
    QFETCH(Remedy, remedy);
    const ErrorClass kind = classify(serverError(state.constData()), phase);
    QCOMPARE(kind.fate, fate);
    QCOMPARE(kind.remedy, remedy);
    QVERIFY(!kind.meaning.empty());
}

void TestErrorClass::signsWithoutSqlStateAreSortedToo_data()
{
    QTest::addColumn<ErrorSign>("sign");
    QTest::addColumn<Remedy>("remedy");
    QTest::newRow("link lost") << ErrorSign::LinkLost << Remedy::Now;
    QTest::newRow("refused") << ErrorSign::Refused << Remedy::Backoff;
    QTest::newRow("unreachable") << ErrorSign::Unreachable << Remedy::Backoff;
    QTest::newRow("name not found") << ErrorSign::NameNotFound << Remedy::Backoff;
    QTest::newRow("TLS") << ErrorSign::Tls << Remedy::Stop;
    QTest::newRow("time-out") << ErrorSign::Timeout << Remedy::Backoff;
    QTest::newRow("bad option") << ErrorSign::BadOption << Remedy::Stop;
}

void TestErrorClass::signsWithoutSqlStateAreSortedToo()
{
    QFETCH(ErrorSign, sign);
    QFETCH(Remedy, remedy);
    QCOMPARE(classify({sign, {}, "words", {}}, Phase::Connect).remedy, remedy);
    QCOMPARE(classify({sign, {}, "words", {}}, Phase::Use).remedy, Remedy::Caller);
}

void TestErrorClass::poolersOwnMessagesAreToldApartByTheirText()
{
    QCOMPARE(classify(serverError("08P01", "no more connections allowed (max_client_conn)"), Phase::Connect).remedy,
             Remedy::Backoff);
    QCOMPARE(classify(serverError("08P01", "query_wait_timeout"), Phase::Idle).remedy, Remedy::Backoff);
    QCOMPARE(classify(serverError("08P01", "unsupported startup parameter: options"), Phase::Connect).remedy,
             Remedy::Stop);
}

void TestErrorClass::aStatementsErrorIsTheCallersAndKeepsTheConnection()
{
    const ErrorClass kind = classify(serverError("23505", "duplicate key"), Phase::Use);
    QCOMPARE(kind.fate, Fate::KeepAfterRollback);
    QCOMPARE(kind.remedy, Remedy::Caller);
}

void TestErrorClass::usersNeverSeeTheDriversWords()
{
    for (const DatabaseError& error :
         {serverError("57P03", "FATAL: secret internals"), serverError("28P01", "pg_hba")}) {
        const std::string words(messageForUsers(error));
        QVERIFY(!words.empty());
        QVERIFY(words.find(error.message) == std::string::npos);
        QVERIFY(words.find(error.sqlState) == std::string::npos);
    }
    QVERIFY(messageForUsers(serverError("57P03")) != messageForUsers(serverError("28P01")));
}

QTEST_GUILESS_MAIN(TestErrorClass)
#include "tst_error_class.moc"
