// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/host_lookup.h"

#include "core/base/thread_name.h"
#include "core/postgres/pg_error.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace lifeguard {

namespace {

// How soon a shutdown ends the wait.
constexpr std::chrono::milliseconds kSlice{50};

DatabaseError notFound(const std::string& host, int code)
{
    return {ErrorSign::NameNotFound,
            {},
            "could not translate host name \"" + host + "\" to address: " + gai_strerror(code),
            {}};
}

} // namespace

struct HostLookup::State {
    using Look = std::shared_ptr<std::optional<Answer>>; // empty while it runs

    static void run(const std::shared_ptr<State>& state, const std::string& host, const Look& look)
    {
        nameThisThread("lg-resolve");
        Answer answer = state->resolver(host);
        const std::lock_guard lock(state->mutex);
        *look = std::move(answer);
        state->running.erase(host);
        state->answered.notify_all();
    }

    // The one that runs, or a new one. The lock is held.
    static Look lookFor(const std::shared_ptr<State>& state, const std::string& host)
    {
        if (const auto found = state->running.find(host); found != state->running.end())
            return found->second;
        Look look = std::make_shared<std::optional<Answer>>();
        try {
            std::thread(&State::run, state, host, look).detach();
            state->running[host] = look;
        } catch (const std::system_error& error) {
            *look = tl::unexpected(DatabaseError{ErrorSign::Other, {}, error.what(), {}});
        }
        return look;
    }

    Resolver resolver;
    std::mutex mutex; // guards the rest and the looks; held while a thread is begun, never while a resolver works
    std::condition_variable answered;
    std::map<std::string, Look> running;
};

HostLookup::HostLookup(Resolver resolver) : m_state(std::make_shared<State>())
{
    m_state->resolver = std::move(resolver);
}

HostLookup::Answer HostLookup::addressesOf(const std::string& host, TimePoint deadline, const std::atomic<bool>& giveUp)
{
    std::unique_lock lock(m_state->mutex);
    State::Look look;
    while (!look || !*look) {
        const TimePoint now = Clock::now();
        if (giveUp)
            return tl::unexpected(DatabaseError{ErrorSign::Cancelled, {}, "the attempt to connect was given up", {}});
        if (now >= deadline)
            return tl::unexpected(timeoutError("the host name \"" + host + "\" was not resolved in time"));
        if (!look)
            look = State::lookFor(m_state, host);
        else
            m_state->answered.wait_until(lock, std::min(deadline, now + kSlice));
    }
    return **look;
}

HostLookup::Answer HostLookup::askSystem(const std::string& host)
{
    addrinfo wish{};
    wish.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int code = getaddrinfo(host.c_str(), nullptr, &wish, &list); code != 0)
        return tl::unexpected(notFound(host, code));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> freeList(list, &freeaddrinfo);
    std::vector<std::string> addresses;
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
            addresses.emplace_back(text.data());
    }
    if (addresses.empty())
        return tl::unexpected(notFound(host, EAI_NONAME));
    return addresses;
}

} // namespace lifeguard
