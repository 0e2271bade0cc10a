// SPDX-License-Identifier: Apache-2.0
#include "core/events/event.h"

#include <array>

namespace lifeguard {

namespace {

struct KindRow {
    EventKind kind;
    std::string_view name;
    EventGroup group;
};

constexpr std::array kKinds{
    KindRow{EventKind::PoolOpened, "pool_opened", EventGroup::Other},
    KindRow{EventKind::PoolClosed, "pool_closed", EventGroup::Other},
    KindRow{EventKind::ConnectionOpened, "connection_opened", EventGroup::Other},
    KindRow{EventKind::ConnectionClosed, "connection_closed", EventGroup::Other},
    KindRow{EventKind::ConnectionLost, "connection_lost", EventGroup::Failures},
    KindRow{EventKind::RetryScheduled, "retry_scheduled", EventGroup::Retries},
    KindRow{EventKind::RetriesExhausted, "retries_exhausted", EventGroup::Failures},
    KindRow{EventKind::ConnectStopped, "connect_stopped", EventGroup::Failures},
    KindRow{EventKind::PoolRecreated, "pool_recreated", EventGroup::Resets},
    KindRow{EventKind::Recovered, "recovered", EventGroup::Retries},
    KindRow{EventKind::AcquireFailed, "acquire_failed", EventGroup::Failures},
    KindRow{EventKind::SoftReset, "soft_reset", EventGroup::Resets},
    KindRow{EventKind::HardReset, "hard_reset", EventGroup::Resets},
    KindRow{EventKind::PoolResized, "pool_resized", EventGroup::Resets},
    KindRow{EventKind::PoolSuspended, "pool_suspended", EventGroup::Resets},
    KindRow{EventKind::PoolResumed, "pool_resumed", EventGroup::Resets},
    KindRow{EventKind::PoolAsleep, "pool_asleep", EventGroup::Other},
    KindRow{EventKind::PoolAwake, "pool_awake", EventGroup::Other},
    KindRow{EventKind::ServerReset, "server_reset", EventGroup::Resets},
    KindRow{EventKind::LeakSuspected, "leak_suspected", EventGroup::Failures},
    KindRow{EventKind::OperationTimedOut, "operation_timed_out", EventGroup::Failures},
    KindRow{EventKind::TransactionLeft, "transaction_left", EventGroup::Failures},
    KindRow{EventKind::MachineSlept, "machine_slept", EventGroup::Other},
    KindRow{EventKind::ConfigurationWarning, "configuration_warning", EventGroup::Health},
    KindRow{EventKind::HealthChanged, "health_changed", EventGroup::Health},
    KindRow{EventKind::MonitorLost, "monitor_lost", EventGroup::Failures},
    KindRow{EventKind::MonitorRecovered, "monitor_recovered", EventGroup::Health},
    KindRow{EventKind::AlertBegan, "alert_began", EventGroup::Health},
    KindRow{EventKind::AlertEnded, "alert_ended", EventGroup::Health},
    KindRow{EventKind::AlertAcknowledged, "alert_acknowledged", EventGroup::Health},
    KindRow{EventKind::AlertsMuted, "alerts_muted", EventGroup::Health},
    KindRow{EventKind::RegistrationPassed, "registration_passed", EventGroup::Other},
    KindRow{EventKind::RegistrationFailed, "registration_failed", EventGroup::Failures},
    KindRow{EventKind::DemoFault, "demo_fault", EventGroup::Other},
    KindRow{EventKind::ActionAudited, "action_audited", EventGroup::Other},
    KindRow{EventKind::AuditFailed, "audit_failed", EventGroup::Failures},
    KindRow{EventKind::CommandFailed, "command_failed", EventGroup::Failures},
};

constexpr const KindRow& rowOf(EventKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)];
}

constexpr bool tableIsInOrder()
{
    for (std::size_t i = 0; i < kKinds.size(); ++i)
        if (kKinds[i].kind != static_cast<EventKind>(i))
            return false;
    return static_cast<std::size_t>(EventKind::CommandFailed) + 1 == kKinds.size();
}
static_assert(tableIsInOrder(), "kKinds lists every EventKind in its order");

} // namespace

std::string_view nameOf(EventKind kind)
{
    return rowOf(kind).name;
}

std::string_view nameOf(Severity severity)
{
    constexpr std::array<std::string_view, 4> kNames{"info", "ok", "warning", "critical"};
    return kNames[static_cast<std::size_t>(severity)];
}

std::string_view nameOf(EventGroup group)
{
    constexpr std::array<std::string_view, 5> kNames{"retries", "failures", "resets", "health", "other"};
    return kNames[static_cast<std::size_t>(group)];
}

EventGroup groupOf(EventKind kind)
{
    return rowOf(kind).group;
}

} // namespace lifeguard
