// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/places.h"

#include <QTemporaryFile>
#include <QtTest>

using namespace lifeguard;

class TestPlaces : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void aListOfHostsIsTakenApart();
    void onePortServesAllHosts();
    void addressesStandBesideTheirNames();
    void listsOfDifferentLengthsAreLeftToLibpqsWords();
    void whatTheEnvironmentSaysIsTaken();
    void whatAServiceFileSaysIsTaken();
    void gapsInAListFromOutsideAreLeftToLibpq();
    void namesAreToldFromAddressesAndSockets();
    void aPlaceReplacesTheLists();
    void aWishForAStandbyFallsBackToAnything();

  private:
    static std::optional<std::vector<Place>> places(const char* connection)
    {
        const auto parameters = withPlacesFromOutside(*parseConnection(connection));
        return parameters ? placesIn(*parameters) : std::nullopt;
    }
};

void TestPlaces::init()
{
    for (const char* name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGSERVICEFILE", "PGTARGETSESSIONATTRS"})
        qunsetenv(name);
}

void TestPlaces::aListOfHostsIsTakenApart()
{
    const std::vector<Place> two{{"one", {}, "6000"}, {"two", {}, "6001"}};
    QCOMPARE(places("host=one,two port=6000,6001"), std::optional(two));
    QCOMPARE(places("postgresql://one:6000,two:6001/shop"), std::optional(two));
    const std::vector<Place> mixed{{"/tmp/x", {}, ""}, {"::1", {}, "6001"}};
    QCOMPARE(places("host=/tmp/x,::1 port=,6001"), std::optional(mixed));
    const std::vector<Place> single{{"one", {}, ""}};
    QCOMPARE(places("host=one"), std::optional(single));
}

void TestPlaces::onePortServesAllHosts()
{
    const std::vector<Place> two{{"one", {}, "6000"}, {"two", {}, "6000"}};
    QCOMPARE(places("host=one,two port=6000"), std::optional(two));
}

void TestPlaces::addressesStandBesideTheirNames()
{
    const std::vector<Place> two{{"one", "10.0.0.1", ""}, {"two", "", ""}};
    QCOMPARE(places("host=one,two hostaddr=10.0.0.1,"), std::optional(two));
    const std::vector<Place> bare{{"", "10.0.0.1", ""}, {"", "10.0.0.2", ""}};
    QCOMPARE(places("hostaddr=10.0.0.1,10.0.0.2"), std::optional(bare));
}

void TestPlaces::listsOfDifferentLengthsAreLeftToLibpqsWords()
{
    QCOMPARE(places("host=one,two port=1,2,3"), std::nullopt);
    QCOMPARE(places("host=one,two hostaddr=10.0.0.1"), std::nullopt);
}

void TestPlaces::whatTheEnvironmentSaysIsTaken()
{
    QCOMPARE(places("dbname=shop"), std::optional(std::vector<Place>{{}})); // libpq's default
    qputenv("PGHOST", "one,two");
    QCOMPARE(places("dbname=shop port=6000"),
             std::optional(std::vector<Place>{{"one", {}, "6000"}, {"two", {}, "6000"}}));
    QCOMPARE(places("host=three port=6000"), std::optional(std::vector<Place>{{"three", {}, "6000"}}));
    qputenv("PGPORT", "6000,6001");
    QCOMPARE(places("dbname=shop"), std::optional(std::vector<Place>{{"one", {}, "6000"}, {"two", {}, "6001"}}));
    QCOMPARE(places("host=three"), std::nullopt); // two ports for one host
    qputenv("PGHOSTADDR", "10.0.0.1,10.0.0.2");
    QCOMPARE(places("dbname=shop"),
             std::optional(std::vector<Place>{{"one", "10.0.0.1", "6000"}, {"two", "10.0.0.2", "6001"}}));
    qputenv("PGTARGETSESSIONATTRS", "prefer-standby");
    QCOMPARE(roleWishes(*withPlacesFromOutside({})).size(), std::size_t{2});
}

void TestPlaces::whatAServiceFileSaysIsTaken()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("[shop]\nhost=one,two\nport=6000\ntarget_session_attrs=prefer-standby\npassword=secret\n");
    file.close();
    qputenv("PGSERVICEFILE", file.fileName().toLocal8Bit());
    const std::vector<Place> two{{"one", {}, "6000"}, {"two", {}, "6000"}};
    QCOMPARE(places("service=shop"), std::optional(two));
    QCOMPARE(places("service=shop host=three"), std::optional(std::vector<Place>{{"three", {}, "6000"}}));
    const ConnectionParameters completed = *withPlacesFromOutside({{"service", "shop"}});
    QCOMPARE(roleWishes(completed).size(), std::size_t{2});
    QVERIFY(completed.count("password") == 0 && completed.count("sslmode") == 0); // those stay libpq's to find
    QCOMPARE(completed.at("service"), std::string("shop"));
    qputenv("PGSERVICE", "shop");
    QCOMPARE(places("dbname=shop"), std::optional(two));
    QCOMPARE(places("service=nowhere"), std::optional(std::vector<Place>{{}})); // libpq will say so
}

void TestPlaces::gapsInAListFromOutsideAreLeftToLibpq()
{
    qputenv("PGPORT", "6000,");
    QCOMPARE(places("host=one,two"), std::nullopt);
    QVERIFY(places("host=one,two port=1").has_value());
}

void TestPlaces::namesAreToldFromAddressesAndSockets()
{
    QVERIFY(isName("db.internal"));
    QVERIFY(isName("localhost"));
    for (const char* other : {"", "/tmp", "@abstract", "127.0.0.1", "::1"})
        QVERIFY2(!isName(other), other);
}

void TestPlaces::aPlaceReplacesTheLists()
{
    const auto parameters =
        parametersAt(*parseConnection("host=one,two port=1,2 dbname=shop"), {"two", "10.0.0.2", ""});
    QCOMPARE(parameters.at("host"), std::string("two"));
    QCOMPARE(parameters.at("hostaddr"), std::string("10.0.0.2"));
    QVERIFY(parameters.count("port") == 0);
    QCOMPARE(parameters.at("dbname"), std::string("shop"));
}

void TestPlaces::aWishForAStandbyFallsBackToAnything()
{
    const auto wishes = [](const char* connection) { return roleWishes(*parseConnection(connection)); };
    QCOMPARE(wishes("host=one target_session_attrs=prefer-standby"), (std::vector<std::string>{"standby", "any"}));
    QCOMPARE(wishes("host=one target_session_attrs=read-write"), std::vector<std::string>{"read-write"});
    QCOMPARE(wishes("host=one").size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestPlaces)
#include "tst_places.moc"
