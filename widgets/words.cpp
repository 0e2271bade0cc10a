// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/words.h"

#include "core/base/duration_text.h"

#include <QDateTime>
#include <QLocale>

namespace lifeguard {

QString Words::of(PoolHealth health)
{
    switch (health) {
    case PoolHealth::Failing:
        return tr("Failing");
    case PoolHealth::Degraded:
        return tr("Degraded");
    case PoolHealth::Stale:
        return tr("Stale");
    case PoolHealth::Unknown:
        return tr("Unknown");
    case PoolHealth::Healthy:
        break;
    }
    return tr("Healthy");
}

QString Words::of(HealthStatus status)
{
    switch (status) {
    case HealthStatus::Ok:
        return tr("ok");
    case HealthStatus::Degraded:
        return tr("degraded");
    case HealthStatus::Failing:
        return tr("failing");
    case HealthStatus::Unknown:
        break;
    }
    return tr("unknown");
}

QString Words::of(CheckKind kind)
{
    switch (kind) {
    case CheckKind::Connect:
        return tr("Connect");
    case CheckKind::Validate:
        return tr("Validate (SELECT 1)");
    case CheckKind::WriteRolledBack:
        return tr("Write, rolled back");
    case CheckKind::ServerHeadroom:
        return tr("Server headroom");
    case CheckKind::IdleInTransaction:
        return tr("Idle in transaction");
    case CheckKind::ReplicationLag:
        break;
    }
    return tr("Replication lag");
}

QString Words::of(AlertKind kind)
{
    switch (kind) {
    case AlertKind::Waiting:
        return tr("Callers wait");
    case AlertKind::Saturation:
        return tr("Pool is full");
    case AlertKind::AcquireP99:
        return tr("Acquires are slow");
    case AlertKind::CircuitOpen:
        return tr("Circuit is open");
    case AlertKind::HealthFailing:
        return tr("Health check fails");
    case AlertKind::Headroom:
        return tr("Server is nearly full");
    case AlertKind::IdleInTransaction:
        return tr("Idle in transaction");
    case AlertKind::LeakSuspects:
        break;
    }
    return tr("Leak suspected");
}

QString Words::of(EventGroup group)
{
    switch (group) {
    case EventGroup::Retries:
        return tr("Retries");
    case EventGroup::Failures:
        return tr("Failures");
    case EventGroup::Resets:
        return tr("Resets");
    case EventGroup::Health:
        return tr("Health");
    case EventGroup::Other:
        break;
    }
    return tr("Other");
}

QString Words::of(EventKind kind)
{
    switch (kind) {
    case EventKind::PoolOpened:
        return tr("Pool opened");
    case EventKind::PoolClosed:
        return tr("Pool closed");
    case EventKind::ConnectionOpened:
        return tr("Connection opened");
    case EventKind::ConnectionClosed:
        return tr("Connection closed");
    case EventKind::ConnectionLost:
        return tr("Connection lost");
    case EventKind::RetryScheduled:
        return tr("Retry scheduled");
    case EventKind::RetriesExhausted:
        return tr("Retries exhausted");
    case EventKind::ConnectStopped:
        return tr("Connecting stopped");
    case EventKind::PoolRecreated:
        return tr("Pool recreated");
    case EventKind::Recovered:
        return tr("Recovered");
    case EventKind::AcquireFailed:
        return tr("Acquire failed");
    case EventKind::SoftReset:
        return tr("Soft reset");
    case EventKind::HardReset:
        return tr("Hard reset");
    case EventKind::PoolResized:
        return tr("Pool resized");
    case EventKind::PoolSuspended:
        return tr("Pool suspended");
    case EventKind::PoolResumed:
        return tr("Pool resumed");
    case EventKind::PoolAsleep:
        return tr("Pool asleep");
    case EventKind::PoolAwake:
        return tr("Pool awake");
    case EventKind::ServerReset:
        return tr("Server reset");
    case EventKind::LeakSuspected:
        return tr("Leak suspected");
    case EventKind::OperationTimedOut:
        return tr("Operation timed out");
    case EventKind::TransactionLeft:
        return tr("Transaction left open");
    case EventKind::MachineSlept:
        return tr("Machine slept");
    case EventKind::ConfigurationWarning:
        return tr("Configuration warning");
    case EventKind::HealthChanged:
        return tr("Health changed");
    case EventKind::MonitorLost:
        return tr("Monitor lost");
    case EventKind::MonitorRecovered:
        return tr("Monitor recovered");
    case EventKind::AlertBegan:
        return tr("Alert began");
    case EventKind::AlertEnded:
        return tr("Alert ended");
    case EventKind::AlertAcknowledged:
        return tr("Alert acknowledged");
    case EventKind::AlertsMuted:
        return tr("Alerts muted");
    case EventKind::RegistrationPassed:
        return tr("Registration passed");
    case EventKind::RegistrationFailed:
        return tr("Registration failed");
    case EventKind::DemoFault:
        return tr("Fault of the demo");
    case EventKind::ActionAudited:
        return tr("Action audited");
    case EventKind::AuditFailed:
        return tr("Audit failed");
    case EventKind::CommandFailed:
        break;
    }
    return tr("Command failed");
}

QString Words::of(Severity severity)
{
    switch (severity) {
    case Severity::Ok:
        return tr("ok");
    case Severity::Warning:
        return tr("warning");
    case Severity::Critical:
        return tr("critical");
    case Severity::Info:
        break;
    }
    return tr("information");
}

QString Words::of(RegistrationPhase phase)
{
    switch (phase) {
    case RegistrationPhase::Acquire:
        return tr("Acquire");
    case RegistrationPhase::Validate:
        return tr("Validate");
    case RegistrationPhase::Begin:
        return tr("Begin");
    case RegistrationPhase::InsertUser:
        return tr("Insert user");
    case RegistrationPhase::InsertSession:
        return tr("Insert session");
    case RegistrationPhase::Verify:
        return tr("Verify");
    case RegistrationPhase::Rollback:
        break;
    }
    return tr("Roll back");
}

QString Words::of(EndOutcome outcome)
{
    switch (outcome) {
    case EndOutcome::Ended:
        return tr("ended");
    case EndOutcome::Refused:
        return tr("refused");
    case EndOutcome::AlreadyGone:
        break;
    }
    return tr("already gone");
}

QString Words::of(Environment environment)
{
    switch (environment) {
    case Environment::Development:
        return tr("Development");
    case Environment::Staging:
        return tr("Staging");
    case Environment::Production:
        return tr("Production");
    }
    return {};
}

QString Words::duration(std::chrono::nanoseconds duration)
{
    return text(durationText(duration));
}

QString Words::millis(std::chrono::microseconds duration)
{
    if (duration.count() > 0 && duration < std::chrono::microseconds{100})
        return tr("%1 µs").arg(duration.count());
    const double value = static_cast<double>(duration.count()) / 1000.0;
    if (value >= 1000.0)
        return tr("%1 s").arg(value / 1000.0, 0, 'f', 1);
    return tr("%1 ms").arg(value, 0, 'f', value < 100.0 ? 1 : 0);
}

QString Words::time(WallTime time)
{
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(millis).toString(QStringLiteral("HH:mm:ss.zzz"));
}

QString Words::timeOfDay(WallTime time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    return QDateTime::fromSecsSinceEpoch(seconds).toString(QStringLiteral("HH:mm:ss"));
}

QString Words::count(qint64 number)
{
    return QLocale().toString(number);
}

QString Words::stale(std::chrono::nanoseconds age)
{
    return tr("Stale %1").arg(duration(age));
}

QString Words::verdict(const PoolView& view, TimePoint now)
{
    if (view.verdict.health == PoolHealth::Stale)
        return view.sampledAt == TimePoint{} ? of(PoolHealth::Stale) : stale(now - view.sampledAt);
    if (view.verdict.reason.empty())
        return of(view.verdict.health);
    return tr("%1 · %2", "verdict, reason").arg(of(view.verdict.health), text(view.verdict.reason));
}

} // namespace lifeguard
