// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_proxy.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace lifeguard {

namespace {

constexpr std::size_t kChunk = 16 * 1024;

sockaddr_in local(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

// A filter of the kernel's that lets no byte of any packet through, so that not even an acknowledgement is sent.
bool filter(int socket, bool on)
{
    const int unused = 0;
    if (!on)
        return setsockopt(socket, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) == 0;
    sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &nothing};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

int connectTo(int port)
{
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = local(port);
    if (connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return made;
    close(made);
    return -1;
}

void dontWaitForMore(int socket)
{
    const int yes = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

} // namespace

TcpProxy::TcpProxy(int serverPort)
    : m_serverPort(serverPort)
    , m_listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    , m_wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    sockaddr_in address = local(0);
    socklen_t size = sizeof address;
    if (bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(m_listener, 64) == 0
        && getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) == 0)
        m_port = ntohs(address.sin_port);
    m_thread = std::thread(&TcpProxy::run, this);
}

TcpProxy::~TcpProxy()
{
    {
        const std::lock_guard lock(m_mutex);
        m_over = true;
        wake();
    }
    m_thread.join();
    for (Link& link : m_links)
        for (const Side side : kSides)
            close(link, side);
    ::close(m_listener);
    ::close(m_wake);
}

int TcpProxy::links() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(std::count_if(m_links.begin(), m_links.end(), [](const Link& link) {
        return link.socket[kClient] >= 0 && link.socket[kServer] >= 0 && !link.ending;
    }));
}

void TcpProxy::forward()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = false;
    m_delay = {};
    m_cutAfter.reset();
    for (Link& link : m_links)
        link.left.reset();
    setFilter(false);
    wake();
}

void TcpProxy::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    wake();
}

bool TcpProxy::drop()
{
    const std::lock_guard lock(m_mutex);
    return setFilter(true);
}

bool TcpProxy::setFilter(bool on)
{
    bool done = filter(m_listener, on);
    for (const Link& link : m_links)
        for (const int socket : link.socket)
            if (socket >= 0)
                done = filter(socket, on) && done;
    return done;
}

void TcpProxy::delay(std::chrono::milliseconds eachWay)
{
    const std::lock_guard lock(m_mutex);
    m_delay = eachWay;
}

void TcpProxy::cutAfter(std::size_t bytes)
{
    const std::lock_guard lock(m_mutex);
    m_cutAfter = bytes;
    for (Link& link : m_links)
        link.left = bytes;
}

void TcpProxy::loseClients()
{
    const std::lock_guard lock(m_mutex);
    for (Link& link : m_links) {
        close(link, kClient);
        link.mute = true;
    }
    wake();
}

void TcpProxy::loseServer()
{
    std::unique_lock lock(m_mutex);
    for (Link& link : m_links)
        beginEnd(link, false);
    wake();
    m_changed.wait(lock, [this] {
        return std::all_of(m_links.begin(), m_links.end(), [](const Link& link) { return link.socket[kServer] < 0; });
    });
}

void TcpProxy::wake() const
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_wake, &one, sizeof one);
}

void TcpProxy::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_over) {
        int millis = -1;
        std::vector<pollfd> polled = watched(millis);
        lock.unlock();
        poll(polled.data(), polled.size(), millis);
        lock.lock();
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = ::read(m_wake, &count, sizeof count);
        if (!m_stopped)
            accept();
        for (Link& link : m_links)
            serve(link);
        m_links.remove_if([](const Link& link) { return link.over; });
        m_changed.notify_all();
    }
}

// What to wait for, and for how long at most.
std::vector<pollfd> TcpProxy::watched(int& millis) const
{
    std::vector<pollfd> polled{{m_wake, POLLIN, 0}};
    if (!m_stopped)
        polled.push_back({m_listener, POLLIN, 0});
    for (const Link& link : m_links)
        for (const Side side : kSides) {
            if (link.socket[side] < 0 || (m_stopped && !link.ending))
                continue;
            polled.push_back({link.socket[side], POLLIN, 0});
            if (link.toward[side].empty())
                continue;
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(link.toward[side].front().due - Clock::now());
            if (left.count() <= 0)
                polled.back().events |= POLLOUT;
            else
                millis = millis < 0 ? static_cast<int>(left.count()) : std::min(millis, static_cast<int>(left.count()));
        }
    return polled;
}

void TcpProxy::accept()
{
    for (;;) {
        const int client = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0)
            return;
        const int server = connectTo(m_serverPort);
        if (server < 0) { // as if nothing listened
            ::close(client);
            continue;
        }
        dontWaitForMore(client);
        dontWaitForMore(server);
        Link& link = m_links.emplace_back();
        link.socket = {client, server};
        link.left = m_cutAfter;
    }
}

void TcpProxy::serve(Link& link)
{
    for (const Side side : kSides)
        if (!m_stopped || link.ending)
            read(link, side);
    for (const Side side : kSides)
        if (!m_stopped)
            write(link, side);
    link.over = link.socket[kClient] < 0 && link.socket[kServer] < 0;
}

void TcpProxy::read(Link& link, Side side)
{
    std::array<char, kChunk> buffer{};
    while (link.socket[side] >= 0) {
        const ssize_t count = recv(link.socket[side], buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count <= 0)
            return close(link, side);
        if (link.mute || link.ending)
            continue;
        std::size_t passed = static_cast<std::size_t>(count);
        if (side == kServer && link.left) {
            passed = std::min(passed, *link.left);
            *link.left -= passed;
        }
        link.toward[other(side)].push_back({Clock::now() + m_delay, std::string(buffer.data(), passed)});
        if (side == kServer && link.left == std::size_t{0})
            beginEnd(link, true);
    }
}

void TcpProxy::write(Link& link, Side side)
{
    auto& waiting = link.toward[side];
    while (link.socket[side] >= 0 && !waiting.empty() && waiting.front().due <= Clock::now()) {
        std::string& bytes = waiting.front().bytes;
        const ssize_t count = send(link.socket[side], bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count < 0)
            return close(link, side);
        bytes.erase(0, static_cast<std::size_t>(count));
        if (bytes.empty())
            waiting.pop_front();
    }
    if (waiting.empty() && link.socket[other(side)] < 0 && !link.mute)
        close(link, side); // the other side's end, after all that it said
}

void TcpProxy::beginEnd(Link& link, bool tellClient)
{
    link.ending = true;
    link.mute = !tellClient;
    link.toward[kServer].clear();
    if (link.socket[kServer] < 0)
        return;
    filter(link.socket[kServer], false); // or its end would not be heard
    shutdown(link.socket[kServer], SHUT_WR);
}

void TcpProxy::close(Link& link, Side side)
{
    if (link.socket[side] >= 0)
        ::close(link.socket[side]);
    link.socket[side] = -1;
    link.toward[side].clear();
}

} // namespace lifeguard
