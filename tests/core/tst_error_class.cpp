// SPDX-License-Identifier: Apache-2.0
#include "core/resilience/error_class.h"

#include <QtTest>

using namespace lifeguard;

class TestErrorClass : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyErrorHasItsFateRemedyAndCauseByPhase_data();
    void everyErrorHasItsFateRemedyAndCauseByPhase();
    void everyErrorHasWordsForUsersAndForEngineers_data() { everyErrorHasItsFateRemedyAndCauseByPhase_data(); }
    void everyErrorHasWordsForUsersAndForEngineers();
    void theCallersWorkIsRepeatedOnlyWhereThatIsSafe_data();
    void theCallersWorkIsRepeatedOnlyWhereThatIsSafe();
    void aRejectedLoginIsTriedThreeTimes();
    void aStartUpParameterThatIsNotOursStopsThePool();
    void aLinkThatBrokeWithTheStatementIsNeverKept();
    void aStatementsErrorIsTheCallersAndKeepsTheConnection();
    void usersAreToldWhetherToWaitOrToAct_data();
    void usersAreToldWhetherToWaitOrToAct();
    void usersNeverSeeTheDriversWords();
    void engineersGetMeaningAdviceAndTheServersDetail();
};

Q_DECLARE_METATYPE(lifeguard::DatabaseError)
Q_DECLARE_METATYPE(lifeguard::Fate)
Q_DECLARE_METATYPE(lifeguard::Remedy)
Q_DECLARE_METATYPE(lifeguard::Phase)
Q_DECLARE_METATYPE(lifeguard::Cause)
Q_DECLARE_METATYPE(lifeguard::Repeat)

namespace {

constexpr Phase C = Phase::Connect;
constexpr Phase I = Phase::Idle;
constexpr Phase U = Phase::Use;

DatabaseError serverError(const char* state, const char* message = "words")
{
    return {ErrorSign::Server, state, message, {}};
}

DatabaseError sign(ErrorSign each)
{
    return {each, {}, "words", {}};
}

void row(const char* name, const DatabaseError& error, Phase phase, Fate fate, Remedy remedy, Cause cause)
{
    constexpr const char* kPhases[]{"connecting", "idle", "in use"};
    QTest::addRow("%s %s, %s", error.sqlState.c_str(), name, kPhases[static_cast<int>(phase)])
        << error << phase << fate << remedy << cause;
}

void operatorRows()
{
    row("ended", serverError("57P01"), I, Fate::DiscardAll, Remedy::Now, Cause::Interrupted);
    row("ended", serverError("57P01"), U, Fate::DiscardAll, Remedy::Caller, Cause::Interrupted);
    row("crashed", serverError("57P02"), I, Fate::DiscardAll, Remedy::Backoff, Cause::Crashed);
    row("crashed", serverError("57P02"), U, Fate::DiscardAll, Remedy::Caller, Cause::Crashed);
    row("starting", serverError("57P03"), C, Fate::Discard, Remedy::Backoff, Cause::Restarting);
    row("dropped", serverError("57P04"), U, Fate::Discard, Remedy::Stop, Cause::WrongDatabase);
    row("no database", serverError("3D000"), C, Fate::Discard, Remedy::Stop, Cause::WrongDatabase);
    row("idle limit", serverError("57P05"), I, Fate::Discard, Remedy::Now, Cause::IdleLimit);
    row("cancelled", serverError("57014"), U, Fate::KeepAfterRollback, Remedy::Caller, Cause::Cancelled);
}

void transactionRows()
{
    row("left open", serverError("25P03"), U, Fate::Discard, Remedy::Caller, Cause::LeftOpen);
    row("took long", serverError("25P04"), U, Fate::Discard, Remedy::Caller, Cause::LeftOpen);
    row("failed before", serverError("25P02"), U, Fate::KeepAfterRollback, Remedy::Caller, Cause::FailedBefore);
    row("read-only", serverError("25006"), U, Fate::DiscardAll, Remedy::Caller, Cause::ReadOnly);
    row("read-only", serverError("25006"), C, Fate::DiscardAll, Remedy::Backoff, Cause::ReadOnly);
    row("serialization", serverError("40001"), U, Fate::KeepAfterRollback, Remedy::Caller, Cause::Conflict);
    row("deadlock", serverError("40P01"), U, Fate::KeepAfterRollback, Remedy::Caller, Cause::Conflict);
    row("unknown outcome", serverError("40003"), U, Fate::Discard, Remedy::Caller, Cause::OutcomeUnknown);
    row("unknown outcome", serverError("08007"), U, Fate::Discard, Remedy::Caller, Cause::OutcomeUnknown);
}

void resourceRows()
{
    row("full", serverError("53300"), C, Fate::Discard, Remedy::Backoff, Cause::Full);
    struct Lack {
        const char* state;
        Cause cause;
    };
    for (const Lack& each :
         {Lack{"53000", Cause::Exhausted}, Lack{"53100", Cause::DiskFull}, Lack{"53200", Cause::Exhausted},
          Lack{"53400", Cause::Exhausted}, Lack{"58000", Cause::Faulty}, Lack{"58030", Cause::Faulty}}) {
        row("lack", serverError(each.state), C, Fate::Keep, Remedy::Backoff, each.cause);
        row("lack", serverError(each.state), I, Fate::Keep, Remedy::Backoff, each.cause);
        row("lack", serverError(each.state), U, Fate::Keep, Remedy::Caller, each.cause);
    }
    row("locked", serverError("55P03"), U, Fate::Keep, Remedy::Caller, Cause::Locked);
    row("in use", serverError("55006"), U, Fate::Keep, Remedy::Caller, Cause::Locked);
}

void connectionRows()
{
    for (const char* state : {"08000", "08003", "08006"}) {
        row("lost", serverError(state), I, Fate::Discard, Remedy::Now, Cause::Interrupted);
        row("lost", serverError(state), U, Fate::Discard, Remedy::Caller, Cause::Interrupted);
    }
    row("not made", serverError("08001"), C, Fate::Discard, Remedy::Backoff, Cause::Interrupted);
    row("rejected", serverError("08004"), C, Fate::Discard, Remedy::Backoff, Cause::Rejected);
    const char* parameter = "unsupported startup parameter: options";
    row("parameter", serverError("08P01", parameter), C, Fate::Discard, Remedy::WithoutParameters, Cause::BadSetting);
    for (const char* text :
         {"no more connections allowed (max_client_conn)", "query_wait_timeout", "server login has been failing"}) {
        const Cause cause = *text == 's' ? Cause::Interrupted : Cause::Full;
        row(text, serverError("08P01", text), C, Fate::Discard, Remedy::Backoff, cause);
        row(text, serverError("08P01", text), U, Fate::Discard, Remedy::Caller, cause);
    }
    row("protocol", serverError("08P01"), C, Fate::Discard, Remedy::Stop, Cause::Unknown);
    row("protocol", serverError("08P01"), U, Fate::Discard, Remedy::Caller, Cause::Unknown);
}

void refusalRows()
{
    row("password", serverError("28P01"), C, Fate::Discard, Remedy::Stop, Cause::Password);
    row("pg_hba", serverError("28000"), C, Fate::Discard, Remedy::Stop, Cause::NotAllowed);
    row("no permission", serverError("42501"), C, Fate::Keep, Remedy::Stop, Cause::NotAllowed);
    row("no permission", serverError("42501"), U, Fate::Keep, Remedy::Caller, Cause::NotAllowed);
    row("unknown name", serverError("42704"), C, Fate::Keep, Remedy::Stop, Cause::BadSetting);
    row("unknown name", serverError("42704"), U, Fate::Keep, Remedy::Caller, Cause::BadSetting);
    row("not prepared", serverError("26000"), U, Fate::Keep, Remedy::Caller, Cause::Preparing);
    row("prepared twice", serverError("42P05"), U, Fate::Keep, Remedy::Caller, Cause::Preparing);
    row("schema changed", serverError("0A000", "cached plan must not change result type"), U, Fate::Discard,
        Remedy::Caller, Cause::SchemaChanged);
}

void signRows()
{
    row("link lost", sign(ErrorSign::LinkLost), I, Fate::Discard, Remedy::Now, Cause::Interrupted);
    row("link lost", sign(ErrorSign::LinkLost), U, Fate::Discard, Remedy::Caller, Cause::Interrupted);
    row("refused", sign(ErrorSign::Refused), C, Fate::Discard, Remedy::Backoff, Cause::Interrupted);
    row("no route", sign(ErrorSign::Unreachable), C, Fate::Discard, Remedy::Backoff, Cause::Unreachable);
    row("no such name", sign(ErrorSign::NameNotFound), C, Fate::Discard, Remedy::Backoff, Cause::WrongHost);
    row("TLS", sign(ErrorSign::Tls), C, Fate::Discard, Remedy::Stop, Cause::Insecure);
    row("time-out", sign(ErrorSign::Timeout), C, Fate::Discard, Remedy::Backoff, Cause::Slow);
    row("option", sign(ErrorSign::BadOption), C, Fate::Discard, Remedy::Stop, Cause::BadSetting);
    row("given up", sign(ErrorSign::Cancelled), C, Fate::Discard, Remedy::Backoff, Cause::ShuttingDown);
    row("other", sign(ErrorSign::Other), C, Fate::Discard, Remedy::Backoff, Cause::Unknown);
}

} // namespace

void TestErrorClass::everyErrorHasItsFateRemedyAndCauseByPhase_data()
{
    QTest::addColumn<DatabaseError>("error");
    QTest::addColumn<Phase>("phase");
    QTest::addColumn<Fate>("fate");
    QTest::addColumn<Remedy>("remedy");
    QTest::addColumn<Cause>("cause");
    operatorRows();
    transactionRows();
    resourceRows();
    connectionRows();
    refusalRows();
    signRows();
}

void TestErrorClass::everyErrorHasItsFateRemedyAndCauseByPhase()
{
    QFETCH(DatabaseError, error);
    QFETCH(Phase, phase);
    QFETCH(Fate, fate);
    QFETCH(Remedy, remedy);
    QFETCH(Cause, cause);
    const ErrorClass kind = classify(error, phase);
    QCOMPARE(kind.fate, fate);
    QCOMPARE(kind.remedy, remedy);
    QCOMPARE(kind.cause, cause);
}

void TestErrorClass::everyErrorHasWordsForUsersAndForEngineers()
{
    QFETCH(DatabaseError, error);
    QFETCH(Phase, phase);
    const std::string users(messageForUsers(error, phase));
    QVERIFY(users.ends_with('.'));
    QVERIFY(error.sqlState.empty() || users.find(error.sqlState) == std::string::npos);
    QVERIFY(detailsForEngineers(error, phase).size() > 1);
    if (noRetryMends(classify(error, phase).remedy) && classify(error, phase).cause != Cause::Unknown)
        QVERIFY2(users.find("tell the people") != std::string::npos, users.c_str()); // not: try again
}

void TestErrorClass::theCallersWorkIsRepeatedOnlyWhereThatIsSafe_data()
{
    QTest::addColumn<DatabaseError>("error");
    QTest::addColumn<Repeat>("repeat");
    QTest::newRow("serialization") << serverError("40001") << Repeat::Again;
    QTest::newRow("deadlock") << serverError("40P01") << Repeat::Again;
    QTest::newRow("ended") << serverError("57P01") << Repeat::BeforeCommit;
    QTest::newRow("crashed") << serverError("57P02") << Repeat::BeforeCommit;
    QTest::newRow("lost, told") << serverError("08006") << Repeat::BeforeCommit;
    QTest::newRow("lost") << sign(ErrorSign::LinkLost) << Repeat::BeforeCommit;
    QTest::newRow("locked") << serverError("55P03") << Repeat::Later;
    QTest::newRow("read-only") << serverError("25006") << Repeat::Later;
    QTest::newRow("plan") << serverError("0A000", "cached plan must not change result type") << Repeat::Once;
    QTest::newRow("not supported") << serverError("0A000", "no such feature") << Repeat::No;
    QTest::newRow("outcome unknown") << serverError("08007") << Repeat::No;
    QTest::newRow("completion unknown") << serverError("40003") << Repeat::No;
    QTest::newRow("cancelled") << serverError("57014") << Repeat::No;
    QTest::newRow("left open") << serverError("25P03") << Repeat::No;
    QTest::newRow("duplicate") << serverError("23505") << Repeat::No;
    QTest::newRow("no answer") << sign(ErrorSign::Timeout) << Repeat::No;
}

void TestErrorClass::theCallersWorkIsRepeatedOnlyWhereThatIsSafe()
{
    QFETCH(DatabaseError, error);
    QFETCH(Repeat, repeat);
    QCOMPARE(classify(error, U).repeat, repeat);
    QCOMPARE(classify(error, C).repeat, Repeat::No); // there is no work yet
    QCOMPARE(classify(error, I).repeat, Repeat::No);
}

void TestErrorClass::aRejectedLoginIsTriedThreeTimes()
{
    QCOMPARE(classify(serverError("08004"), C).stopAfter, 3);
    QCOMPARE(classify(serverError("08004"), U).stopAfter, 0);
    QCOMPARE(classify(serverError("53300"), C).stopAfter, 0);
}

void TestErrorClass::aStartUpParameterThatIsNotOursStopsThePool()
{
    DatabaseError error = serverError("08P01", "unsupported startup parameter: options");
    QVERIFY(noRetryMends(classify(error, C).remedy)); // who comes so far has nothing to leave out
    error.sign = ErrorSign::BadOption;
    QCOMPARE(classify(error, C).remedy, Remedy::Stop);
}

void TestErrorClass::aLinkThatBrokeWithTheStatementIsNeverKept()
{
    for (const char* state : {"53200", "57014", "23505", "58030"}) {
        DatabaseError error = serverError(state);
        QVERIFY(classify(error, U).fate != Fate::Discard);
        error.sign = ErrorSign::LinkLost;
        QCOMPARE(classify(error, U).fate, Fate::Discard);
    }
    DatabaseError ended = serverError("57P01");
    ended.sign = ErrorSign::LinkLost;
    QCOMPARE(classify(ended, U).fate, Fate::DiscardAll);
}

void TestErrorClass::aStatementsErrorIsTheCallersAndKeepsTheConnection()
{
    const ErrorClass kind = classify(serverError("23505", "duplicate key"), U);
    QCOMPARE(kind.fate, Fate::KeepAfterRollback);
    QCOMPARE(kind.remedy, Remedy::Caller);
}

void TestErrorClass::usersAreToldWhetherToWaitOrToAct_data()
{
    QTest::addColumn<DatabaseError>("error");
    QTest::addColumn<Phase>("phase");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const DatabaseError& error, Phase phase, const char* words) {
        QTest::newRow(name) << error << phase << QString::fromLatin1(words);
    };
    row("restart", serverError("57P03"), C, "The database is restarting. Trying again; you need do nothing.");
    row("restart in use", serverError("57P03"), U, "The database restarted before this was done. Please try again.");
    row("nothing listens", sign(ErrorSign::Refused), C,
        "The server may be restarting. Please wait a few seconds and try again.");
    row("full", serverError("53300"), C,
        "The database is busy: all its connections are in use. Please try again in a moment.");
    row("outcome", serverError("08007"), U,
        "It is not known whether this was saved. Please look before you do it again.");
    row("conflict", serverError("40001"), U,
        "Somebody else changed the same thing at the same moment. Please try again.");
    row("anything else", serverError("23505"), U, "Database connection error. Please try again in a moment.");
}

void TestErrorClass::usersAreToldWhetherToWaitOrToAct()
{
    QFETCH(DatabaseError, error);
    QFETCH(Phase, phase);
    QFETCH(QString, words);
    const std::string_view told = messageForUsers(error, phase);
    QCOMPARE(QString::fromUtf8(told.data(), static_cast<qsizetype>(told.size())), words);
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

void TestErrorClass::engineersGetMeaningAdviceAndTheServersDetail()
{
    DatabaseError full = serverError("53100", "could not extend file");
    full.detail = "Check free disk space.";
    QCOMPARE(detailsForEngineers(full, U),
             std::string("The server's disk is full. Free space on the server. Check free disk space."));
    QCOMPARE(detailsForEngineers(sign(ErrorSign::Other), C), std::string("The connection failed."));
}

QTEST_GUILESS_MAIN(TestErrorClass)
#include "tst_error_class.moc"
