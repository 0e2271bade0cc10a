// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <poll.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lifeguard {

// A network between a client and a server on 127.0.0.1 that fails on order. It passes the bytes of every connection
// that is made to its port on to the server's, on a thread of its own. The methods may be called from any thread and
// act at once, on the links that there are and on those to come.
class TcpProxy {
  public:
    explicit TcpProxy(int serverPort); // port() is 0 when it could not listen
    ~TcpProxy();                       // ends every link

    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;

    int port() const { return m_port; }
    int links() const; // that have both their sides

    // All is well again: ends the four below.
    void forward();

    // No byte passes. The kernel still answers for it: it takes connections and acknowledges, as for a frozen process.
    void stop();

    // Packets are dropped as they arrive, those that begin a connection as well: nothing is acknowledged. False when
    // the kernel has no socket filters.
    [[nodiscard]] bool drop();

    void delay(std::chrono::milliseconds eachWay);

    // Cuts each link once so many more bytes have come from the server. The server's side ends first, and has ended
    // when the client learns of it.
    void cutAfter(std::size_t bytes);

    // Half-open links: one side closes, and the other is told nothing and never hears anything again.
    void loseClients(); // the clients see the end; the server keeps their sessions
    void loseServer();  // returns once the server has ended the sessions; the clients believe in them

  private:
    enum Side : std::size_t { kClient, kServer };
    static constexpr std::array<Side, 2> kSides{kClient, kServer};
    static constexpr Side other(Side side) { return side == kClient ? kServer : kClient; }

    struct Chunk {
        TimePoint due{};
        std::string bytes;
    };
    struct Link {
        std::array<int, 2> socket{-1, -1};
        std::array<std::deque<Chunk>, 2> toward; // what waits to be written to a side
        std::optional<std::size_t> left;         // bytes from the server until the cut
        bool ending = false;                     // the server was told of the end; its own is awaited
        bool mute = false;                       // what is read is thrown away, and one's end isn't told to the other
        bool over = false;
    };

    void run();
    std::vector<pollfd> watched(int& millis) const;
    void accept();
    void serve(Link& link);
    void read(Link& link, Side side);
    static void write(Link& link, Side side);
    static void beginEnd(Link& link, bool tellClient);
    static void close(Link& link, Side side);
    bool setFilter(bool on);
    void wake() const;

    int m_port = 0;
    const int m_serverPort;
    int m_listener = -1;
    int m_wake = -1;
    mutable std::mutex m_mutex; // guards what follows; never held in poll()
    std::condition_variable m_changed;
    std::list<Link> m_links;
    bool m_stopped = false;
    bool m_over = false;
    std::chrono::milliseconds m_delay{0};
    std::optional<std::size_t> m_cutAfter;
    std::thread m_thread;
};

} // namespace lifeguard
