// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_rule.h"

#include "core/base/duration_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

struct KindRow {
    AlertKind kind;
    std::string_view name;
    AlertUnit unit;
};

constexpr std::array<KindRow, kAlertKinds> kKinds{
    KindRow{AlertKind::Waiting, "waiting", AlertUnit::Milliseconds},
    KindRow{AlertKind::Saturation, "saturation", AlertUnit::Percent},
    KindRow{AlertKind::AcquireP99, "acquire_p99", AlertUnit::Milliseconds},
    KindRow{AlertKind::CircuitOpen, "circuit_open", AlertUnit::Count},
    KindRow{AlertKind::HealthFailing, "health_failing", AlertUnit::Count},
    KindRow{AlertKind::Headroom, "headroom", AlertUnit::Percent},
    KindRow{AlertKind::IdleInTransaction, "idle_in_transaction", AlertUnit::Milliseconds},
    KindRow{AlertKind::LeakSuspects, "leak_suspects", AlertUnit::Count},
};

constexpr bool tableIsInOrder()
{
    for (std::size_t i = 0; i < kKinds.size(); ++i)
        if (kKinds[i].kind != static_cast<AlertKind>(i))
            return false;
    return true;
}
static_assert(tableIsInOrder(), "kKinds lists every AlertKind in its order");

constexpr milliseconds kRemind = std::chrono::minutes{30}; // often enough for a shift, too rare to be a nuisance

AlertRule rule(AlertKind kind, double threshold, int fireAfter, int clearAfter, Severity severity)
{
    AlertRule made;
    made.kind = kind;
    made.threshold = threshold;
    made.fireAfter = fireAfter;
    made.clearAfter = clearAfter;
    made.remindAfter = kRemind;
    made.severity = severity;
    return made;
}

// How near a rule is to a pool; 0: it isn't for it.
int nearness(const AlertRule& rule, const PoolView& view)
{
    if (!rule.pool.empty())
        return rule.pool == view.key || rule.pool == view.name ? 3 : 0;
    if (rule.tag.empty())
        return 1;
    const std::vector<std::string> tags = tagsOf(view);
    return std::find(tags.begin(), tags.end(), rule.tag) != tags.end() ? 2 : 0;
}

} // namespace

std::string_view nameOf(AlertKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)].name;
}

std::optional<AlertKind> alertKindNamed(std::string_view name)
{
    const auto found =
        std::find_if(kKinds.begin(), kKinds.end(), [name](const KindRow& row) { return row.name == name; });
    return found == kKinds.end() ? std::nullopt : std::optional(found->kind);
}

AlertUnit unitOf(AlertKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)].unit;
}

std::string_view nameOf(AlertUnit unit)
{
    constexpr std::array<std::string_view, 3> kNames{"ms", "%", ""};
    return kNames[static_cast<std::size_t>(unit)];
}

std::string valueText(AlertKind kind, double value)
{
    switch (unitOf(kind)) {
    case AlertUnit::Milliseconds:
        return durationText(std::chrono::microseconds{std::llround(value * 1e3)});
    case AlertUnit::Percent:
        return std::to_string(std::llround(value)) + " %";
    case AlertUnit::Count:
        break;
    }
    return std::to_string(std::llround(value));
}

const std::vector<AlertRule>& defaultAlertRules()
{
    static const std::vector<AlertRule> kRules{
        // A caller who has waited for a second is felt; two seconds of it is no single burst.
        rule(AlertKind::Waiting, 1'000, 8, 20, Severity::Warning),
        // A full pool is well used; full for half a minute it has nothing left for a burst.
        rule(AlertKind::Saturation, 100, 120, 40, Severity::Warning),
        // Over a window of 5 s: ten seconds of it is two windows.
        rule(AlertKind::AcquireP99, 500, 40, 40, Severity::Warning),
        // The pool has given up after all its attempts; there is nothing to wait for.
        rule(AlertKind::CircuitOpen, 1, 4, 8, Severity::Critical),
        // A check fails only after two bad answers in a row; one more, since a restart ends within a round.
        rule(AlertKind::HealthFailing, 1, 2, 2, Severity::Critical),
        // At 90 % one more instance of an application can fill the rest, and deployments come and go within seconds.
        rule(AlertKind::Headroom, 90, 15, 15, Severity::Warning),
        // After a minute its user has gone; it holds back vacuum and whoever waits for its locks.
        rule(AlertKind::IdleInTransaction, 60'000, 3, 3, Severity::Warning),
        // The pool's leak threshold has passed already.
        rule(AlertKind::LeakSuspects, 1, 20, 8, Severity::Warning),
    };
    return kRules;
}

std::vector<std::string> validate(const AlertRule& rule)
{
    constexpr int kMostSamples = 100'000; // seven hours at four a second
    std::vector<std::string> problems;
    if (!std::isfinite(rule.threshold) || rule.threshold <= 0)
        problems.emplace_back("threshold must be above 0: every sample would be bad");
    if (unitOf(rule.kind) == AlertUnit::Percent && rule.threshold > 100)
        problems.emplace_back("threshold must be at most 100 (%)");
    if (rule.fireAfter < 1 || rule.fireAfter > kMostSamples)
        problems.emplace_back("fireAfter must be 1 to " + std::to_string(kMostSamples));
    if (rule.clearAfter < 1 || rule.clearAfter > kMostSamples)
        problems.emplace_back("clearAfter must be 1 to " + std::to_string(kMostSamples));
    if (rule.remindAfter < milliseconds{0})
        problems.emplace_back("remindAfter must not be below 0");
    if (!rule.pool.empty() && !rule.tag.empty())
        problems.emplace_back("a rule is for a pool or for a tag, not for both");
    if (rule.severity != Severity::Warning && rule.severity != Severity::Critical)
        problems.emplace_back("severity must be warning or critical");
    return problems;
}

std::vector<std::string> tagsOf(const PoolView& view)
{
    std::vector<std::string> tags{view.kind == PoolKind::Managed ? "managed" : "observed"};
    tags.emplace_back(nameOf(view.environment));
    return tags;
}

const AlertRule* ruleFor(const std::vector<AlertRule>& rules, AlertKind kind, const PoolView& view)
{
    const AlertRule* nearest = nullptr;
    int best = 0;
    for (const AlertRule& each : rules) {
        if (each.kind != kind)
            continue;
        if (const int near = nearness(each, view); near > 0 && near >= best) {
            nearest = &each;
            best = near;
        }
    }
    return nearest;
}

} // namespace lifeguard
