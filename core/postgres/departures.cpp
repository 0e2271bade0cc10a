// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/departures.h"

#include "core/base/thread_name.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace lifeguard {

namespace {

// The server looks once a second whether the client of a running statement is there (see serverSettings()).
constexpr std::chrono::milliseconds kPatience{1'200};
constexpr int kLookMillis = 1;

// The other end of a unix socket can't be seen once this one is shut down. Its process can: it is on this machine, and
// not hidden in another container when the socket's own credentials are not.
bool processGone(int socket, int backendPid)
{
    ucred server{};
    socklen_t size = sizeof server;
    if (backendPid <= 0 || getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &server, &size) != 0 || server.pid <= 0)
        return true;
    return kill(backendPid, 0) != 0 && errno == ESRCH;
}

bool linkGone(int socket)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return true;
    return info.tcpi_state != TCP_ESTABLISHED && info.tcpi_state != TCP_FIN_WAIT1 && info.tcpi_state != TCP_FIN_WAIT2;
}

// Whether the server has ended the session at the other end of the socket, as far as can be known.
bool gone(int socket, int backendPid)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return true;
    return address.ss_family == AF_UNIX ? processGone(socket, backendPid) : linkGone(socket);
}

} // namespace

struct Departures::State {
    struct Departure {
        int socket;
        int backendPid;
        TimePoint since;
    };

    // Forgets those that have ended, and those that were waited for long enough. The lock is held.
    void forget()
    {
        const TimePoint now = Clock::now();
        std::erase_if(leaving, [now](const Departure& each) {
            if (now - each.since < kPatience && !gone(each.socket, each.backendPid))
                return false;
            close(each.socket);
            return true;
        });
    }

    static void cancelAll(const std::shared_ptr<State>& state)
    {
        nameThisThread("lg-cancel");
        std::unique_lock lock(state->mutex);
        while (!state->cancels.empty()) {
            const CancelHandle cancel = std::move(state->cancels.front());
            state->cancels.pop_front();
            lock.unlock();
            std::array<char, 256> words{}; // of no use: what isn't cancelled ends within a second by itself
            PQcancel(cancel.get(), words.data(), words.size());
            lock.lock();
        }
        state->cancelling = false;
    }

    std::mutex mutex; // guards the rest; held while a thread is begun, never while the server is asked
    std::vector<Departure> leaving;
    std::deque<CancelHandle> cancels;
    bool cancelling = false;
};

Departures::Departures() : m_state(std::make_shared<State>()) {}

Departures::~Departures()
{
    const std::lock_guard lock(m_state->mutex);
    for (const State::Departure& each : m_state->leaving)
        close(each.socket);
    m_state->leaving.clear();
}

void Departures::add(int socket, int backendPid, CancelHandle cancel)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->forget();
    if (gone(socket, backendPid)) {
        close(socket);
        return;
    }
    m_state->leaving.push_back({socket, backendPid, Clock::now()});
    if (!cancel)
        return;
    m_state->cancels.push_back(std::move(cancel));
    if (m_state->cancelling)
        return;
    try {
        std::thread(&State::cancelAll, m_state).detach();
        m_state->cancelling = true;
    } catch (const std::system_error&) { // no thread to be had: the server notices by itself
        m_state->cancels.clear();
    }
}

void Departures::waitUntilGone(TimePoint deadline, const std::atomic<bool>& giveUp)
{
    for (;;) {
        {
            const std::lock_guard lock(m_state->mutex);
            m_state->forget();
            if (m_state->leaving.empty())
                return;
        }
        if (giveUp || Clock::now() >= deadline)
            return;
        poll(nullptr, 0, kLookMillis);
    }
}

} // namespace lifeguard
