// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/postgres_connector.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace lifeguard {

// Counts the server's sessions of one application, all the time, from a connection of its own, until it dies. When the
// server goes away it comes back as soon as it can. The methods may be called from any thread.
class SessionWatch {
  public:
    // `superuser`: a connection string; a superuser gets in when the server is full.
    SessionWatch(const std::string& superuser, std::string application);
    ~SessionWatch();

    SessionWatch(const SessionWatch&) = delete;
    SessionWatch& operator=(const SessionWatch&) = delete;

    int most() const;           // that were there at one look
    std::string atMost() const; // what each of them did then, for the report of a test that fails
    int now() const;            // at the last look
    int looks() const;
    TimePoint connectedAt() const; // when the watch itself last got a connection

  private:
    void run();
    void look(PostgresSession& session);

    const PostgresConnector m_connector;
    const std::string m_application;
    std::atomic<bool> m_over{false};
    mutable std::mutex m_mutex; // guards what follows, and the wait for m_over; not held while the server is asked
    std::condition_variable m_ended;
    int m_most = -1;
    int m_now = 0;
    int m_looks = 0;
    std::string m_atMost;
    TimePoint m_connectedAt{};
    std::thread m_thread;
};

} // namespace lifeguard
