// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <string>
#include <vector>

namespace lifeguard {

// One backend as pg_stat_activity shows it. pid and backendStart together name it; a pid alone may be reused.
struct Backend {
    int pid = 0;
    std::string backendStart; // timestamptz in the server's own text, passed back to it untouched
    std::string application;
    std::string user;
    std::string database;
    std::string clientHost; // "local" for a unix socket, "hidden" when it may not be read
    std::string state;      // "active", "idle", "idle in transaction", ...; empty when it may not be read
    bool waitingOnLock = false;
    std::chrono::milliseconds transactionAge{0}; // 0 without one
    std::chrono::milliseconds stateAge{0};
};

// The connections that one application holds from one host, as one user, in one database.
struct ObservedPool {
    std::string application;
    std::string user;
    std::string database;
    std::string clientHost;
    int active = 0;
    int idle = 0;
    int idleInTransaction = 0;
    int unreadable = 0;    // state hidden from our role
    int waitingOnLock = 0; // of the active
    std::chrono::milliseconds oldestTransaction{0};
    std::chrono::milliseconds oldestIdleInTransaction{0};
    std::chrono::milliseconds longestLockWait{0}; // the age of the statement that waits
    std::vector<Backend> backends;

    int total() const { return active + idle + idleInTransaction + unreadable; }
};

// Groups backends by application, user, database and client host, in that order of sorting.
std::vector<ObservedPool> groupBackends(const std::vector<Backend>& backends);

// A soft reset ends idle connections, a hard one all.
enum class ResetKind { Soft, Hard };

// What became of one backend that was asked to end.
enum class EndOutcome { Ended, Refused, AlreadyGone };
struct EndReport {
    int pid = 0;
    EndOutcome outcome = EndOutcome::Ended;
    std::string reason; // for a refusal: the server's words with SQLSTATE, or ours
};

} // namespace lifeguard
