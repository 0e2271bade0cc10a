// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/base/database_error.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lifeguard {

// Looks up the addresses of hosts by a deadline. The system's resolver knows none and can't be stopped, so each look
// runs on a thread of its own ("lg-resolve"), which nobody waits for: it may outlive this object and the program's
// main(). Whoever asks for a name that is being looked up shares that look, so a resolver that hangs holds one thread
// for a name. Any thread may call.
class HostLookup {
  public:
    // Numeric addresses, in the order in which they are to be tried; never empty.
    using Answer = tl::expected<std::vector<std::string>, DatabaseError>;
    using Resolver = std::function<Answer(const std::string& host)>;

    explicit HostLookup(Resolver resolver = &askSystem);

    // ErrorSign::NameNotFound; Timeout at the deadline; Cancelled soon after `giveUp` turns true, and then no thread is
    // begun any more.
    Answer addressesOf(const std::string& host, TimePoint deadline, const std::atomic<bool>& giveUp);

    // By getaddrinfo, for as long as that takes.
    static Answer askSystem(const std::string& host);

  private:
    struct State;
    const std::shared_ptr<State> m_state; // the threads hold it, too
};

} // namespace lifeguard
