// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <libpq-fe.h>

#include <atomic>
#include <memory>

namespace lifeguard {

struct FreeCancel {
    void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};
using CancelHandle = std::unique_ptr<PGcancel, FreeCancel>;

// Sessions that were closed here and that the server may still have: its process takes a moment to end, and up to a
// second when a statement is under way. Who opens another in their place waits for them here, so that the server never
// sees both. Any thread may call; nothing waits for the server but waitUntilGone().
class Departures {
  public:
    Departures();
    ~Departures();

    Departures(const Departures&) = delete;
    Departures& operator=(const Departures&) = delete;

    // Takes over the session's socket. With a `cancel` the server, unless it has ended the session, is asked to end the
    // statement that it may be busy with, on a thread ("lg-cancel") that nobody waits for. libpq sends that request
    // unencrypted, whatever sslmode says (before 17 it has no other): who listens learns the backend's number and
    // cancel key, which are good for cancelling statements of this session, and it is over. No statement or password is
    // sent.
    void add(int socket, int backendPid, CancelHandle cancel);

    // Returns once they have ended; at the deadline, when `giveUp` turns true, and when each has had a little more than
    // a second, for then its server is frozen or out of reach.
    void waitUntilGone(TimePoint deadline, const std::atomic<bool>& giveUp);

  private:
    struct State;
    const std::shared_ptr<State> m_state; // the thread holds it, too
};

} // namespace lifeguard
