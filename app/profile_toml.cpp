// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <limits>
#include <sstream>

namespace lifeguard {

namespace {

using std::chrono::milliseconds;

// Fits into every field, and into the sums that deadlines are made of: 24 days in milliseconds.
constexpr std::int64_t kLargest = std::numeric_limits<int>::max();

// Every option by its name in the file, with the ways to read and to write it.
struct OptionField {
    const char* name;
    std::function<std::int64_t(const PoolOptions&)> get;
    std::function<void(PoolOptions&, std::int64_t)> set;
};

OptionField count(const char* name, int PoolOptions::*member)
{
    return {name, [member](const PoolOptions& options) { return std::int64_t{options.*member}; },
            [member](PoolOptions& options, std::int64_t value) { options.*member = static_cast<int>(value); }};
}

OptionField millis(const char* name, milliseconds PoolOptions::*member)
{
    return {name, [member](const PoolOptions& options) { return std::int64_t{(options.*member).count()}; },
            [member](PoolOptions& options, std::int64_t value) { options.*member = milliseconds{value}; }};
}

const std::vector<OptionField>& optionFields()
{
    static const std::vector<OptionField> kFields{
        count("minSize", &PoolOptions::minSize),
        count("maxSize", &PoolOptions::maxSize),
        millis("acquireTimeout", &PoolOptions::acquireTimeout),
        millis("connectTimeout", &PoolOptions::connectTimeout),
        millis("validationTimeout", &PoolOptions::validationTimeout),
        millis("statementTimeout", &PoolOptions::statementTimeout),
        millis("idleTimeout", &PoolOptions::idleTimeout),
        millis("bypassWindow", &PoolOptions::bypassWindow),
        millis("maxLifetime", &PoolOptions::maxLifetime),
        millis("leakThreshold", &PoolOptions::leakThreshold),
        millis("shutdownTimeout", &PoolOptions::shutdownTimeout),
        millis("circuitOpenTime", &PoolOptions::circuitOpenTime),
        {"attempts", [](const PoolOptions& options) { return std::int64_t{options.backoff.attempts}; },
         [](PoolOptions& options, std::int64_t value) { options.backoff.attempts = static_cast<int>(value); }},
        {"backoffBase", [](const PoolOptions& options) { return std::int64_t{options.backoff.base.count()}; },
         [](PoolOptions& options, std::int64_t value) { options.backoff.base = milliseconds{value}; }},
        {"backoffCap", [](const PoolOptions& options) { return std::int64_t{options.backoff.cap.count()}; },
         [](PoolOptions& options, std::int64_t value) { options.backoff.cap = milliseconds{value}; }},
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

// Says what is wrong with one profile, or nothing.
std::string readProfile(const toml::table& table, Profile& profile)
{
    profile.name = table["name"].value_or(std::string());
    profile.connection = table["connection"].value_or(std::string());
    profile.production = table["production"].value_or(false);
    if (profile.name.empty())
        return "a profile has no name";
    const std::string preset = table["preset"].value_or(std::string("default"));
    const auto known = presetNamed(preset);
    if (!known)
        return "profile \"" + profile.name + "\" has an unknown preset \"" + preset + "\"";
    profile.preset = *known;
    profile.options = optionsFor(*known);
    if (const toml::table* options = table["options"].as_table())
        for (const OptionField& field : optionFields())
            if (const toml::node* node = options->get(field.name)) {
                const auto value = node->value_exact<std::int64_t>();
                if (!value || *value < -kLargest || *value > kLargest)
                    return "profile \"" + profile.name + "\": " + field.name + " must be a whole number up to "
                           + std::to_string(kLargest);
                field.set(profile.options, *value);
            }
    for (const OptionProblem& problem : validate(profile.options))
        return "profile \"" + profile.name + "\": " + problem.field + " " + problem.message;
    return {};
}

toml::table tableOf(const Profile& profile)
{
    toml::table table{{"name", profile.name},
                      {"connection", profile.connection},
                      {"preset", std::string(nameOf(profile.preset))},
                      {"production", profile.production}};
    toml::table options;
    const PoolOptions preset = optionsFor(profile.preset);
    for (const OptionField& field : optionFields())
        if (field.get(profile.options) != field.get(preset))
            options.insert(field.name, field.get(profile.options));
    if (!options.empty())
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
    const auto version = root["version"].value<std::int64_t>();
    if (!version) {
        file.problem = "it says no version";
        return file;
    }
    if (*version > newestVersion) {
        file.problem = "it was written by a newer Lifeguard (version " + std::to_string(*version) + ", this one knows "
                       + std::to_string(newestVersion) + ")";
        return file;
    }
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
