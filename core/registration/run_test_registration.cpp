// SPDX-License-Identifier: Apache-2.0
#include "core/registration/run_test_registration.h"

#include "core/registration/random_id.h"
#include "core/registration/rfc3339.h"

#include <algorithm>

namespace lifeguard {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::chrono::hours kSessionLife{24};
constexpr std::size_t kTokenBytes = 32;
constexpr std::chrono::seconds kRollbackGrace{1}; // a rollback gets this much even when the deadline has passed

// "" when both say the same; else a sentence. Never shows a value that is secret.
std::string difference(const char* what, const std::string& written, const std::string& read)
{
    if (written == read)
        return {};
    return std::string(what) + " was written as \"" + written + "\" and read back as \"" + read + "\"";
}

std::string timeDifference(const char* what, const std::string& written, const std::string& read)
{
    const auto one = fromRfc3339(written);
    const auto other = fromRfc3339(read);
    const auto inMillis = [](WallTime time) { return std::chrono::round<std::chrono::milliseconds>(time); };
    if (one && other && inMillis(*one) == inMillis(*other))
        return {};
    return difference(what, written, read);
}

std::string difference(const RegisteredUser& written, const RegisteredUser& read)
{
    for (const std::string& text :
         {difference("user.id", written.id, read.id), difference("user.email", written.email, read.email),
          timeDifference("user.createdAt", written.createdAt, read.createdAt),
          timeDifference("user.updatedAt", written.updatedAt, read.updatedAt)})
        if (!text.empty())
            return text;
    return written.emailVerified == read.emailVerified ? std::string{} : "user.emailVerified was read back changed";
}

std::string difference(const RegisteredSession& written, const RegisteredSession& read)
{
    for (const std::string& text :
         {difference("session.id", written.id, read.id), difference("session.userId", written.userId, read.userId),
          timeDifference("session.expires", written.expires, read.expires)})
        if (!text.empty())
            return text;
    return written.sessionToken == read.sessionToken ? std::string{} : "session.sessionToken was read back changed";
}

// One run, from the first phase to the last.
class Run {
  public:
    Run(const RegistrationSetup& setup, const TimeSource& time)
        : m_setup(setup), m_time(time), m_start(time.now()), m_deadline(m_start + setup.timeout)
    {
        m_result.pool = setup.pool.name();
        m_result.at = time.wallNow();
    }

    RegistrationResult go()
    {
        if (std::optional<Lease> lease = acquire()) {
            const std::unique_ptr<RegistrationSteps> steps = m_setup.stepsFor(lease->session());
            write(*steps);
            rollBack(*steps, *lease);
        }
        m_result.total = duration_cast<microseconds>(m_time.now() - m_start);
        m_result.passed = !m_result.failedAt;
        return std::move(m_result);
    }

  private:
    std::optional<Lease> acquire()
    {
        tl::expected<Lease, AcquireError> lease = m_setup.pool.acquire(m_setup.holder, m_setup.timeout);
        if (!lease) {
            fail(RegistrationPhase::Acquire, describe(lease.error()),
                 lease.error().lastError ? lease.error().lastError->sqlState : std::string{});
            return std::nullopt;
        }
        done(RegistrationPhase::Acquire, lease->waited() - lease->validated());
        done(RegistrationPhase::Validate, lease->validated());
        return std::optional<Lease>(std::move(*lease));
    }

    void write(RegistrationSteps& steps)
    {
        RegisteredUser user = newUser();
        RegisteredSession session = newSession(user);
        const RegisteredUser writtenUser = user;
        const RegisteredSession writtenSession = session;
        const bool read =
            step(RegistrationPhase::Begin, [&] { return steps.begin(m_deadline); })
            && step(RegistrationPhase::InsertUser, [&] { return steps.insertUser(user, m_deadline); }) && think()
            && step(RegistrationPhase::InsertSession, [&] { return steps.insertSession(session, m_deadline); })
            && step(RegistrationPhase::Verify, [&] { return steps.verify(user, session, m_deadline); });
        if (!read)
            return;
        std::string mismatch = difference(writtenUser, user);
        if (mismatch.empty())
            mismatch = difference(writtenSession, session);
        m_result.user = std::move(user);
        m_result.session = std::move(session);
        if (!mismatch.empty()) {
            m_result.phases.pop_back(); // the verification answered, but it didn't pass
            fail(RegistrationPhase::Verify, std::move(mismatch), {});
        }
    }

    void rollBack(RegistrationSteps& steps, Lease& lease)
    {
        const TimePoint begin = m_time.now();
        const std::optional<DatabaseError> error = steps.rollback(std::max(m_deadline, begin + kRollbackGrace));
        if (error)
            lease.discard();
        if (m_result.failedAt)
            return; // what failed first is what is told
        if (error)
            fail(RegistrationPhase::Rollback, describe(*error), error->sqlState);
        else
            done(RegistrationPhase::Rollback, m_time.now() - begin);
    }

    template <typename Work> bool step(RegistrationPhase phase, Work work)
    {
        const TimePoint begin = m_time.now();
        if (const std::optional<DatabaseError> error = work()) {
            fail(phase, describe(*error), error->sqlState);
            return false;
        }
        done(phase, m_time.now() - begin);
        return true;
    }

    bool think() const
    {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable never;
        const TimePoint until = std::min(m_deadline, m_time.now() + m_setup.think);
        while (m_time.now() < until)
            m_time.waitUntil(never, lock, until);
        return true;
    }

    RegisteredUser newUser() const
    {
        RegisteredUser user;
        user.id = randomUuid();
        user.email = "lifeguard+" + user.id + "@example.invalid"; // RFC 2606: never delivered
        user.createdAt = user.updatedAt = toRfc3339(m_time.wallNow());
        return user;
    }

    RegisteredSession newSession(const RegisteredUser& user) const
    {
        return {randomUuid(), user.id, toRfc3339(m_time.wallNow() + kSessionLife), randomHex(kTokenBytes)};
    }

    void done(RegistrationPhase phase, Duration took)
    {
        m_result.phases.push_back({phase, duration_cast<microseconds>(took)});
    }

    void fail(RegistrationPhase phase, std::string error, std::string sqlState)
    {
        m_result.failedAt = phase;
        m_result.error = std::move(error);
        m_result.sqlState = std::move(sqlState);
    }

    const RegistrationSetup& m_setup;
    const TimeSource& m_time;
    const TimePoint m_start;
    const TimePoint m_deadline;
    RegistrationResult m_result;
};

} // namespace

RegistrationResult runTestRegistration(const RegistrationSetup& setup)
{
    const SystemTime system;
    return Run(setup, setup.time != nullptr ? *setup.time : system).go();
}

} // namespace lifeguard
