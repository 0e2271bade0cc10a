// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/client_habits.h"

#include "core/pool/pool.h"
#include "core/postgres/postgres_connector.h"
#include "core/postgres/transaction.h"

#include <array>
#include <functional>
#include <random>
#include <thread>
#include <vector>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr int kUsers = 500; // rows of table users

int random(int from, int to)
{
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_int_distribution<int>(from, to)(generator);
}

Pool makePool(const std::string& name, const std::string& connection, const PoolOptions& options)
{
    return Pool({name, options, std::make_shared<PostgresConnector>(connection, settingsFor(options, name)), nullptr,
                 nullptr, nullptr});
}

// Runs `work(number)` on that many threads and waits for them.
void onThreads(int count, const std::function<void(int)>& work)
{
    std::vector<std::thread> threads;
    for (int number = 0; number < count; ++number)
        threads.emplace_back(work, number);
    for (std::thread& thread : threads)
        thread.join();
}

// A page of the shop: two short queries, and the time that the service takes to put it together.
bool showPage(Pool& pool)
{
    return transaction(pool, {.holder = "page"},
                       [user = std::to_string(random(1, kUsers)),
                        pause = std::to_string(random(10, 120))](pqxx::dbtransaction& work) {
                           work.exec("SELECT name, country FROM users WHERE id = " + user);
                           work.exec("SELECT id, total, placed_at FROM orders WHERE user_id = " + user
                                     + " ORDER BY placed_at DESC LIMIT 10");
                           work.exec("SELECT pg_sleep(" + pause + " / 1000.0)");
                       })
        .has_value();
}

// A steady web service: six threads, short queries all day.
void beShopWeb(const std::string& connection, Ending& ending)
{
    PoolOptions options;
    options.minSize = 3;
    options.maxSize = 8;
    options.shutdownTimeout = 1s;
    Pool pool = makePool("shop-web", connection, options);
    onThreads(6, [&](int) {
        while (ending.pause(milliseconds(random(10, 120))))
            if (!showPage(pool))
                ending.pause(500ms);
    });
}

// One report: the server computes, and waits for its disks, which the sleep stands for.
bool makeReport(Pool& pool)
{
    return transaction(pool, {.holder = "report"},
                       [pause = std::to_string(random(300, 1'500))](pqxx::dbtransaction& work) {
                           work.exec("SELECT u.country, date_trunc('week', o.placed_at), count(*), sum(o.total)"
                                     " FROM orders o JOIN users u ON u.id = o.user_id GROUP BY 1, 2 ORDER BY 4 DESC");
                           work.exec("SELECT pg_sleep(" + pause + " / 1000.0)");
                       })
        .has_value();
}

// Twelve reports at once every 20 s, then silence; the connections are soon closed.
void beReports(const std::string& connection, Ending& ending)
{
    PoolOptions options;
    options.minSize = 0;
    options.maxSize = 12;
    options.idleTimeout = 5s;
    options.shutdownTimeout = 1s;
    Pool pool = makePool("reports", connection, options);
    TimePoint burst = Clock::now() + 2s;
    while (ending.pause(std::chrono::duration_cast<milliseconds>(burst - Clock::now()))) {
        onThreads(12, [&](int) {
            for (int report = 0; report < 3 && !ending.requested(); ++report)
                makeReport(pool);
        });
        burst += 20s;
    }
}

// A plain session that begins, updates, and forgets the transaction. It notices the loss of its connection only by
// chance, and never closes one.
class ForgetfulJob {
  public:
    ForgetfulJob(const std::string& connection, std::string job, Ending& ending)
        : m_connector(connection, {"legacy-cron", {}, 0ms}), m_job(std::move(job)), m_ending(ending)
    {
    }

    void run()
    {
        while (!m_ending.requested()) {
            auto session = m_connector.openPostgres(Clock::now() + 10s, m_never);
            if (!session) {
                m_ending.pause(3s);
                continue;
            }
            const std::unique_ptr<PostgresSession> mine = std::move(*session);
            while (workOnce(*mine)) {
            }
        }
    }

  private:
    bool workOnce(PostgresSession& session)
    {
        return rest(session, milliseconds(random(5'000, 30'000))) && ask(session, "BEGIN")
               && ask(session, "UPDATE jobs SET runs = runs + 1, last_run = now() WHERE name = '" + m_job + "'")
               && rest(session, milliseconds(random(60'000, 100'000))) && ask(session, "COMMIT") && rest(session, 30s);
    }

    // A job may wait for another's forgotten transaction.
    bool ask(PostgresSession& session, const std::string& sql)
    {
        return session.run(sql, {}, Clock::now() + 2min).has_value();
    }

    bool rest(PostgresSession& session, milliseconds duration)
    {
        const TimePoint until = Clock::now() + duration;
        while (Clock::now() < until)
            if (!m_ending.pause(1s) || session.peek())
                return false;
        return true;
    }

    const PostgresConnector m_connector;
    const std::string m_job;
    Ending& m_ending;
    const std::atomic<bool> m_never{false};
};

// Two of the three want the same row, so that one of them waits for the other's lock.
void beLegacyCron(const std::string& connection, Ending& ending)
{
    constexpr std::array kJobs{"invoices", "newsletter", "invoices"};
    for (const char* job : kJobs)
        std::thread([&connection, job, &ending] { ForgetfulJob(connection, job, ending).run(); }).detach();
    while (ending.pause(1h)) {
    }
    std::_Exit(0); // as it is: without a word to the server
}

struct HabitRow {
    std::string_view name;
    Habit habit;
};
constexpr std::array kHabits{
    HabitRow{"shop-web", &beShopWeb},
    HabitRow{"reports", &beReports},
    HabitRow{"legacy-cron", &beLegacyCron},
};

} // namespace

void Ending::request()
{
    {
        const std::lock_guard lock(m_mutex);
        m_requested = true;
    }
    m_wake.notify_all();
}

bool Ending::requested() const
{
    const std::lock_guard lock(m_mutex);
    return m_requested;
}

bool Ending::pause(milliseconds duration)
{
    std::unique_lock lock(m_mutex);
    return !m_wake.wait_for(lock, duration, [this] { return m_requested; });
}

Habit habitNamed(std::string_view name)
{
    for (const HabitRow& row : kHabits)
        if (row.name == name)
            return row.habit;
    return nullptr;
}

} // namespace lifeguard
