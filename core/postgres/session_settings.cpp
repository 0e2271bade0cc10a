// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/session_settings.h"

#include <utility>

namespace lifeguard {

SessionSettings settingsFor(const PoolOptions& options, std::string applicationName, std::string password)
{
    SessionSettings settings;
    settings.applicationName = std::move(applicationName);
    settings.password = std::move(password);
    settings.statementTimeout = options.statementTimeout;
    settings.lockTimeout = options.lockTimeout;
    settings.idleInTransactionTimeout = options.idleInTransactionTimeout;
    settings.setUp = options.sessionSetUp;
    settings.resetOnRelease = options.resetOnRelease;
    settings.needsWritable = options.needsWritable;
    return settings;
}

ServerSettings serverSettings(const SessionSettings& settings)
{
    ServerSettings made;
    const auto limit = [&made](const char* name, std::chrono::milliseconds value) {
        if (value.count() > 0)
            made[name] = std::to_string(value.count());
    };
    limit("statement_timeout", settings.statementTimeout);
    limit("lock_timeout", settings.lockTimeout);
    limit("idle_in_transaction_session_timeout", settings.idleInTransactionTimeout);
    // The server looks once a second whether a client whose statement runs is still there, so that what a hard reset
    // cuts doesn't go on running. PostgreSQL 14 and later.
    made["client_connection_check_interval"] = "1000";
    return made;
}

} // namespace lifeguard
