// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <sstream>
#include <utility>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

// Every whole number among the options by its name in the file, with the ways to read and to write it.
struct NumberField {
    const char* name;
    std::function<std::int64_t(const PoolOptions&)> get;
    std::function<void(PoolOptions&, std::int64_t)> set;
};

NumberField count(const char* name, int PoolOptions::*member)
{
    return {name, [member](const PoolOptions& options) { return std::int64_t{options.*member}; },
            [member](PoolOptions& options, std::int64_t value) { options.*member = static_cast<int>(value); }};
}

NumberField millis(const char* name, milliseconds PoolOptions::*member)
{
    return {name, [member](const PoolOptions& options) { return std::int64_t{(options.*member).count()}; },
            [member](PoolOptions& options, std::int64_t value) { options.*member = milliseconds{value}; }};
}

const std::vector<NumberField>& numberFields()
{
    static const std::vector<NumberField> kFields{
        count("minSize", &PoolOptions::minSize),
        count("maxSize", &PoolOptions::maxSize),
        millis("acquireTimeout", &PoolOptions::acquireTimeout),
        millis("connectTimeout", &PoolOptions::connectTimeout),
        millis("validationTimeout", &PoolOptions::validationTimeout),
        millis("statementTimeout", &PoolOptions::statementTimeout),
        millis("lockTimeout", &PoolOptions::lockTimeout),
        millis("idleInTransactionTimeout", &PoolOptions::idleInTransactionTimeout),
        millis("idleTimeout", &PoolOptions::idleTimeout),
        millis("bypassWindow", &PoolOptions::bypassWindow),
        millis("maxLifetime", &PoolOptions::maxLifetime),
        {"lifetimeJitterPercent",
         [](const PoolOptions& options) { return std::int64_t{std::llround(options.lifetimeJitter * 100)}; },
         [](PoolOptions& options, std::int64_t value) { options.lifetimeJitter = static_cast<double>(value) / 100; }},
        millis("keepaliveInterval", &PoolOptions::keepaliveInterval),
        millis("sleepAfter", &PoolOptions::sleepAfter),
        millis("wakeTimeout", &PoolOptions::wakeTimeout),
        millis("operationTimeout", &PoolOptions::operationTimeout),
        millis("leakThreshold", &PoolOptions::leakThreshold),
        millis("shutdownTimeout", &PoolOptions::shutdownTimeout),
        millis("fairnessBound", &PoolOptions::fairnessBound),
        count("maxOpening", &PoolOptions::maxOpening),
        millis("circuitOpenTime", &PoolOptions::circuitOpenTime),
        {"attempts", [](const PoolOptions& options) { return std::int64_t{options.backoff.attempts}; },
         [](PoolOptions& options, std::int64_t value) { options.backoff.attempts = static_cast<int>(value); }},
        {"backoffBase", [](const PoolOptions& options) { return std::int64_t{options.backoff.base.count()}; },
         [](PoolOptions& options, std::int64_t value) { options.backoff.base = milliseconds{value}; }},
        {"backoffCap", [](const PoolOptions& options) { return std::int64_t{options.backoff.cap.count()}; },
         [](PoolOptions& options, std::int64_t value) { options.backoff.cap = milliseconds{value}; }},
        {"backoffJitterPercent",
         [](const PoolOptions& options) { return std::int64_t{std::llround(options.backoff.jitter * 100)}; },
         [](PoolOptions& options, std::int64_t value) { options.backoff.jitter = static_cast<double>(value) / 100; }},
    };
    return kFields;
}

// Plain strings only: toml++ 3.3 writes one that holds both a line's end and ''' in a form that it can't read again.
constexpr toml::format_flags kFormat =
    toml::toml_formatter::default_flags
    & ~(toml::format_flags::allow_literal_strings | toml::format_flags::allow_multi_line_strings);

// Names may hold anything that TOML can escape.
std::string oneLine(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](unsigned char letter) { return std::iscntrl(letter) != 0; }, ' ');
    return text;
}

// What follows returns what is wrong, or nothing. A file is read strictly: a typo in a key, or a value that isn't what
// the key takes, must not become a default in silence.
template <class T> std::string readValue(const toml::key& key, const toml::node& node, const char* kind, T& value)
{
    const auto found = node.value_exact<T>();
    if (!found)
        return std::string(key.str()) + " must be " + kind;
    value = *found;
    return {};
}

std::string unknown(const char* what, std::string_view name)
{
    return std::string("unknown ") + what + " \"" + std::string(name) + "\"";
}

std::string readSetUp(const toml::key& key, const toml::node& node, std::vector<std::string>& statements)
{
    const toml::array* list = node.as_array();
    if (list == nullptr)
        return std::string(key.str()) + " must be a list of texts";
    statements.clear();
    for (const toml::node& each : *list) {
        std::string statement;
        if (std::string problem = readValue(key, each, "a list of texts", statement); !problem.empty())
            return problem;
        statements.push_back(std::move(statement));
    }
    return {};
}

std::string readReset(const toml::key& key, const toml::node& node, ResetOnRelease& reset)
{
    std::string name;
    if (std::string problem = readValue(key, node, "a text", name); !problem.empty())
        return problem;
    const auto known = resetNamed(name);
    if (!known)
        return std::string(key.str()) + " must be \"none\", \"rollback\" or \"discard all\"";
    reset = *known;
    return {};
}

std::string readEnvironment(const toml::key& key, const toml::node& node, Environment& environment)
{
    std::string name;
    if (std::string problem = readValue(key, node, "a text", name); !problem.empty())
        return problem;
    const auto known = environmentNamed(name);
    if (!known)
        return std::string(key.str()) + " must be \"development\", \"staging\" or \"production\"";
    environment = std::max(environment, *known);
    return {};
}

// The mark of files that know no environment yet. Beside one, whichever is graver counts.
std::string readProduction(const toml::key& key, const toml::node& node, Environment& environment)
{
    bool production = false;
    std::string problem = readValue(key, node, "true or false", production);
    if (production)
        environment = Environment::Production;
    return problem;
}

std::string readOption(const toml::key& key, const toml::node& node, PoolOptions& options)
{
    if (key.str() == "sessionSetUp")
        return readSetUp(key, node, options.sessionSetUp);
    if (key.str() == "resetOnRelease")
        return readReset(key, node, options.resetOnRelease);
    if (key.str() == "needsWritable")
        return readValue(key, node, "true or false", options.needsWritable);
    const std::vector<NumberField>& fields = numberFields();
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&key](const NumberField& each) { return key.str() == each.name; });
    if (field == fields.end())
        return unknown("option", key.str());
    std::int64_t value = 0;
    if (std::string problem = readValue(key, node, "a whole number", value); !problem.empty())
        return problem;
    if (!std::in_range<int>(value)) // times, too: PostgreSQL's own end at as many milliseconds, which is 24 days
        return std::string(key.str()) + " is out of range (" + std::to_string(value) + ")";
    field->set(options, value);
    return {};
}

std::string readOptions(const toml::table& table, PoolOptions& options)
{
    for (const auto& [key, node] : table)
        if (std::string problem = readOption(key, node, options); !problem.empty())
            return problem;
    return {};
}

// The preset is handed back by its name; the options wait for it.
std::string readKey(const toml::key& key, const toml::node& node, Profile& profile, std::string& preset)
{
    const std::string_view name = key.str();
    if (name == "name")
        return readValue(key, node, "a text", profile.name);
    if (name == "connection")
        return readValue(key, node, "a text", profile.connection);
    if (name == "preset")
        return readValue(key, node, "a text", preset);
    if (name == "production")
        return readProduction(key, node, profile.environment);
    if (name == "environment")
        return readEnvironment(key, node, profile.environment);
    if (name == "readOnly")
        return readValue(key, node, "true or false", profile.readOnly);
    if (name == "options")
        return node.is_table() ? std::string() : "options must be a table";
    return unknown("key", name);
}

std::string readKeys(const toml::table& table, Profile& profile)
{
    std::string preset(nameOf(profile.preset));
    for (const auto& [key, node] : table)
        if (std::string problem = readKey(key, node, profile, preset); !problem.empty())
            return problem;
    const auto known = presetNamed(preset);
    if (!known)
        return unknown("preset", preset);
    profile.preset = *known;
    profile.options = optionsFor(*known);
    if (const toml::table* options = table["options"].as_table())
        if (std::string problem = readOptions(*options, profile.options); !problem.empty())
            return problem;
    for (const OptionProblem& problem : validate(profile.options))
        return problem.field + " " + problem.message;
    return {};
}

std::string readProfile(const toml::table& table, Profile& profile)
{
    if (!table.contains("name") || table["name"].value<std::string>() == "")
        return "a profile has no name";
    const std::string problem = readKeys(table, profile);
    if (problem.empty())
        return {};
    return "profile \"" + table["name"].value_or(std::string("?")) + "\": " + problem;
}

// What the file holds besides the profiles themselves.
std::string readRoot(const toml::table& root)
{
    for (const auto& [key, node] : root)
        if (key.str() != "version" && key.str() != "profile")
            return unknown("key", key.str());
    if (root.contains("profile") && !root["profile"].is_array())
        return "a profile must begin with [[profile]]";
    return {};
}

// What differs from the preset.
toml::table optionsOf(const Profile& profile)
{
    toml::table table;
    const PoolOptions& options = profile.options;
    const PoolOptions preset = optionsFor(profile.preset);
    for (const NumberField& field : numberFields())
        if (field.get(options) != field.get(preset))
            table.insert(field.name, field.get(options));
    if (options.sessionSetUp != preset.sessionSetUp) {
        toml::array statements;
        for (const std::string& statement : options.sessionSetUp)
            statements.push_back(statement);
        table.insert("sessionSetUp", std::move(statements));
    }
    if (options.resetOnRelease != preset.resetOnRelease)
        table.insert("resetOnRelease", std::string(nameOf(options.resetOnRelease)));
    if (options.needsWritable != preset.needsWritable)
        table.insert("needsWritable", options.needsWritable);
    return table;
}

toml::table tableOf(const Profile& profile)
{
    toml::table table{{"name", profile.name},
                      {"connection", profile.connection},
                      {"preset", std::string(nameOf(profile.preset))},
                      {"environment", std::string(nameOf(profile.environment))}};
    if (profile.readOnly)
        table.insert("readOnly", true);
    if (toml::table options = optionsOf(profile); !options.empty())
        table.insert("options", std::move(options));
    return table;
}

} // namespace

ProfileFile readProfiles(const std::string& text, int newestVersion)
{
    ProfileFile file;
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        file.problem =
            "line " + std::to_string(error.source().begin.line) + ": " + oneLine(std::string(error.description()));
        return file;
    }
    const auto version = root["version"].value_exact<std::int64_t>();
    if (!version) {
        file.problem = "it says no version";
        return file;
    }
    if (*version > newestVersion) {
        file.problem = "it was written by a newer Lifeguard (version " + std::to_string(*version) + ", this one knows "
                       + std::to_string(newestVersion) + ")";
        return file;
    }
    file.problem = readRoot(root);
    if (const toml::array* profiles = root["profile"].as_array())
        for (const toml::node& node : *profiles) {
            Profile profile;
            const std::string problem =
                node.is_table() ? readProfile(*node.as_table(), profile) : "a profile is no table";
            if (problem.empty())
                file.profiles.push_back(std::move(profile));
            else if (file.problem.empty())
                file.problem = oneLine(problem);
        }
    return file;
}

std::string writeProfiles(const std::vector<Profile>& profiles, int version)
{
    toml::array array;
    for (const Profile& profile : profiles)
        array.push_back(tableOf(profile));
    toml::table root{{"version", version}};
    root.insert("profile", std::move(array));
    std::ostringstream text;
    text << "# Lifeguard's profiles. Times are in milliseconds. Passwords don't belong here: they are in the system's\n"
            "# keyring, or in ~/.pgpass, pg_service.conf or PGPASSWORD.\n"
         << toml::toml_formatter(root, kFormat) << "\n";
    return text.str();
}

} // namespace lifeguard
