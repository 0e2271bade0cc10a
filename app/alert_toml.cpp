// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/alert_toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <sstream>
#include <utility>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

// Plain strings only, as for the profiles: toml++ 3.3 can't read again all of the other forms that it writes.
constexpr toml::format_flags kFormat =
    toml::toml_formatter::default_flags
    & ~(toml::format_flags::allow_literal_strings | toml::format_flags::allow_multi_line_strings);

constexpr const char* kHead =
    "# Lifeguard's alerts: what differs from the defaults. Each rule may leave out what is as in its kind's default.\n"
    "#   kind         waiting (ms), saturation (%), acquire_p99 (ms), circuit_open (1), health_failing (checks),\n"
    "#                headroom (%), idle_in_transaction (ms), leak_suspects (leases)\n"
    "#   pool, tag    for this pool, or for pools with this tag (managed, observed, production); none: for every pool\n"
    "#   enabled      false: never fires\n"
    "#   threshold    a sample is bad from here on, in the unit above\n"
    "#   fireAfter    bad samples in a row. Four a second; of what the server is asked one a second; of health checks\n"
    "#                one in five seconds\n"
    "#   clearAfter   good samples in a row\n"
    "#   remindAfter  milliseconds until it is told again; 0: never\n"
    "#   severity     \"warning\" or \"critical\"\n";

std::string oneLine(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](unsigned char letter) { return std::iscntrl(letter) != 0; }, ' ');
    return text;
}

std::string mustBe(const toml::key& key, const char* kind)
{
    return std::string(key.str()) + " must be " + kind;
}

template <class T> std::string readValue(const toml::key& key, const toml::node& node, const char* kind, T& value)
{
    const auto found = node.value_exact<T>();
    if (!found)
        return mustBe(key, kind);
    value = *found;
    return {};
}

std::string readWhole(const toml::key& key, const toml::node& node, const std::function<void(int)>& set)
{
    const auto found = node.value_exact<std::int64_t>();
    if (!found || !std::in_range<int>(*found))
        return mustBe(key, "a whole number, and not too large");
    set(static_cast<int>(*found));
    return {};
}

std::string readThreshold(const toml::key& key, const toml::node& node, AlertRule& rule)
{
    const auto found = node.is_number() ? node.value<double>() : std::nullopt;
    if (!found)
        return mustBe(key, "a number");
    rule.threshold = *found;
    return {};
}

std::string readSeverity(const toml::key& key, const toml::node& node, AlertRule& rule)
{
    const auto found = node.value_exact<std::string>();
    for (const Severity severity : {Severity::Warning, Severity::Critical})
        if (found && *found == nameOf(severity)) {
            rule.severity = severity;
            return {};
        }
    return mustBe(key, "\"warning\" or \"critical\"");
}

std::string readKey(const toml::key& key, const toml::node& node, AlertRule& rule)
{
    const std::string_view name = key.str();
    if (name == "kind")
        return {};
    if (name == "pool")
        return readValue(key, node, "a text", rule.pool);
    if (name == "tag")
        return readValue(key, node, "a text", rule.tag);
    if (name == "enabled")
        return readValue(key, node, "true or false", rule.enabled);
    if (name == "threshold")
        return readThreshold(key, node, rule);
    if (name == "fireAfter")
        return readWhole(key, node, [&rule](int value) { rule.fireAfter = value; });
    if (name == "clearAfter")
        return readWhole(key, node, [&rule](int value) { rule.clearAfter = value; });
    if (name == "remindAfter")
        return readWhole(key, node, [&rule](int value) { rule.remindAfter = milliseconds{value}; });
    if (name == "severity")
        return readSeverity(key, node, rule);
    return "unknown key \"" + std::string(name) + "\"";
}

const AlertRule& defaultOf(AlertKind kind)
{
    return defaultAlertRules()[static_cast<std::size_t>(kind)];
}

bool forEveryPool(const AlertRule& rule)
{
    return rule.pool.empty() && rule.tag.empty();
}

std::string readRule(const toml::table& table, AlertRule& rule)
{
    const auto name = table["kind"].value_exact<std::string>();
    if (!name)
        return "a rule says no kind";
    const auto kind = alertKindNamed(*name);
    if (!kind)
        return "unknown kind \"" + *name + "\"";
    rule = defaultOf(*kind);
    std::string problem;
    for (const auto& [key, node] : table)
        if (problem = readKey(key, node, rule); !problem.empty())
            break;
    if (const std::vector<std::string> wrong = validate(rule); problem.empty() && !wrong.empty())
        problem = wrong.front();
    return problem.empty() ? problem : "rule \"" + *name + "\": " + problem;
}

std::string readRoot(const toml::table& root, int newestVersion)
{
    for (const auto& [key, node] : root)
        if (key.str() != "version" && key.str() != "rule")
            return "unknown key \"" + std::string(key.str()) + "\"";
    const auto version = root["version"].value_exact<std::int64_t>();
    if (!version)
        return "it says no version";
    if (*version > newestVersion)
        return "it was written by a newer Lifeguard (version " + std::to_string(*version) + ", this one knows "
               + std::to_string(newestVersion) + ")";
    if (root.contains("rule") && !root["rule"].is_array())
        return "a rule must begin with [[rule]]";
    return {};
}

toml::table tableOf(const AlertRule& rule)
{
    toml::table table{{"kind", std::string(nameOf(rule.kind))},
                      {"enabled", rule.enabled},
                      {"threshold", rule.threshold},
                      {"fireAfter", rule.fireAfter},
                      {"clearAfter", rule.clearAfter},
                      {"remindAfter", std::int64_t{rule.remindAfter.count()}},
                      {"severity", std::string(nameOf(rule.severity))}};
    if (!rule.pool.empty())
        table.insert("pool", rule.pool);
    if (!rule.tag.empty())
        table.insert("tag", rule.tag);
    return table;
}

} // namespace

AlertFile readAlerts(const std::string& text, int newestVersion)
{
    AlertFile file;
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        file.problem =
            "line " + std::to_string(error.source().begin.line) + ": " + oneLine(std::string(error.description()));
        return file;
    }
    file.problem = oneLine(readRoot(root, newestVersion));
    const toml::array* rules = root["rule"].as_array();
    if (rules == nullptr)
        return file;
    for (const toml::node& node : *rules) {
        AlertRule rule;
        const std::string problem = node.is_table() ? readRule(*node.as_table(), rule) : "a rule is no table";
        if (problem.empty())
            file.rules.push_back(std::move(rule));
        else if (file.problem.empty())
            file.problem = oneLine(problem);
    }
    return file;
}

std::string writeAlerts(const std::vector<AlertRule>& rules, int version)
{
    toml::array array;
    for (const AlertRule& rule : rules)
        array.push_back(tableOf(rule));
    toml::table root{{"version", version}};
    root.insert("rule", std::move(array));
    std::ostringstream text;
    text << kHead << toml::toml_formatter(root, kFormat) << "\n";
    return text.str();
}

std::vector<AlertRule> withDefaults(const std::vector<AlertRule>& rules)
{
    std::vector<AlertRule> all = defaultAlertRules();
    for (const AlertRule& rule : rules) {
        if (forEveryPool(rule))
            all[static_cast<std::size_t>(rule.kind)] = rule;
        else
            all.push_back(rule);
    }
    return all;
}

std::vector<AlertRule> withoutDefaults(const std::vector<AlertRule>& rules)
{
    std::vector<AlertRule> differing;
    std::copy_if(rules.begin(), rules.end(), std::back_inserter(differing),
                 [](const AlertRule& rule) { return !forEveryPool(rule) || rule != defaultOf(rule.kind); });
    return differing;
}

} // namespace lifeguard
