// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/source_location.h"
#include "core/events/event.h"
#include "core/pool/acquire_error.h"
#include "core/pool/connection_event.h"
#include "core/pool/lease.h"
#include "core/pool/pool_options.h"
#include "core/pool/pool_snapshot.h"
#include "core/pool/session.h"

#include <functional>
#include <memory>

#include <string>
#include <tl/expected.hpp>

namespace lifeguard {

class PoolCore;

struct PoolSetup {
    std::string name; // in every event
    PoolOptions options;
    std::shared_ptr<Connector> connector;
    // Called with no lock held, one at a time, in the order in which they happened; on the thread where it happened, or
    // on the maintenance thread when older ones wait to be told. It should be quick; it must not throw, and neither
    // call shutdown() nor wait in acquire(). May be empty.
    std::function<void(Event)> onEvent;
    std::shared_ptr<const TimeSource> time; // SystemTime when empty
    std::function<double()> random;         // uniform in 0..1, for jitter; a generator of its own when empty

    // Called with no lock held: of acquire and release on the caller's own thread, several at a time, of the rest as
    // onEvent, with the same duties. It takes the time of each lease that it takes itself; empty (nobody listens) costs
    // nothing.
    std::function<void(const ConnectionEvent&)> onConnectionEvent{};
    // What the session with this backend runs or ran last, for leak reports; empty when that isn't known. Called by the
    // maintenance thread and by whoever takes a snapshot, with no lock held; must not wait. Only what shownStatement()
    // leaves of it is told. May be empty.
    std::function<std::string(int backendPid)> statementOf = {};
};

// A set of connections to one database, lent to callers one lease at a time. Every method may be called from any
// thread. Connections are opened by threads of the pool's own (as many as may open at once) and closed by its
// maintenance thread; the constructor starts them all.
class Pool {
  public:
    // The options must be valid (see validate()); else it aborts with a sentence. Returns at once: connections come
    // later.
    explicit Pool(PoolSetup setup);
    ~Pool(); // shutdown() if that has not been called

    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    const std::string& name() const;
    PoolOptions options() const; // as they are now: see resize()

    // Waits its turn, at most `timeout` (the option's when unset; of a pool that is asleep its wake time-out). `holder`
    // says who holds the lease, `where` in which line it was acquired; both are for leak reports.
    tl::expected<Lease, AcquireError> acquire(std::string holder = {},
                                              std::optional<std::chrono::milliseconds> timeout = std::nullopt,
                                              SourceLocation where = SourceLocation::current());

    // As acquire() without a time-out, but never beyond `latest`.
    tl::expected<Lease, AcquireError> acquireUntil(std::string holder, TimePoint latest,
                                                   SourceLocation where = SourceLocation::current());

    // New generation: idle connections are replaced now, leased ones when they come back. `by` is named in the event.
    void softReset(const std::string& by);

    // The same, and leased connections are cut: their callers get an error at once.
    void hardReset(const std::string& by);

    // Changes the size, from now on. Idle connections above the new maximum are closed, leased ones when they come
    // back. Returns what is wrong with the sizes, and changes nothing then. `by` is named in the event.
    std::vector<OptionProblem> resize(int minSize, int maxSize, const std::string& by);

    // Lends nothing until resume(), so that the server can be restarted or moved: idle connections are closed now,
    // leased ones when they come back, none is opened. Callers wait, at most their time-outs.
    void suspend(const std::string& by);
    void resume(const std::string& by);

    // Refuses new callers, wakes the waiters with an error, waits for leases until the shutdown time-out, then cuts
    // them and closes everything. Creates no connection and no thread. Returns whether all leases came back in time.
    // Idempotent.
    bool shutdown();

    bool asleep() const; // see PoolOptions::sleepAfter

    PoolSnapshot snapshot() const;
    PoolHistograms histograms() const;

  private:
    friend class ThreadLease; // tells pools apart by their core, whose address is its own while a lease is out

    std::shared_ptr<PoolCore> m_core; // leases keep it too, so that one may outlive the pool
};

} // namespace lifeguard
