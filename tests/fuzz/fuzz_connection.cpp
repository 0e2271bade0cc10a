// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as a connection string: it is read or refused in one line, and no password gets through.
#include "core/postgres/conninfo.h"
#include "core/postgres/places.h"
#include "tests/fuzz/fuzz.h"

using namespace lifeguard;

namespace {

const std::string kSecret = "hunter2"; // the password of the corpus

bool has(const std::string& text, const std::string& piece)
{
    return text.find(piece) != std::string::npos;
}

// "postgresql://user:hunter2@…": nothing but a password can be meant.
bool isUriWithSecret(const std::string& text)
{
    const std::size_t begin = text.find("://");
    const std::size_t at = text.find(":" + kSecret + "@", begin == std::string::npos ? 0 : begin + 3);
    const std::string scheme = text.substr(0, begin);
    return (scheme == "postgresql" || scheme == "postgres") && at != std::string::npos
           && text.substr(begin + 3, at - begin - 3).find_first_of(":/?#@[") == std::string::npos;
}

std::string written(const ConnectionParameters& parameters)
{
    std::string text;
    for (const auto& [key, value] : parameters) {
        text += key + "='";
        for (const char letter : value)
            text += letter == '\'' || letter == '\\' ? std::string("\\") + letter : std::string(1, letter);
        text += "' ";
    }
    return text;
}

void checkRefusal(const std::string& text, const DatabaseError& error)
{
    promise(error.sign == ErrorSign::BadOption, "what can't be read is a bad option");
    promise(!error.message.empty(), "a refusal has words");
    promise(!has(error.message, "\n"), "a refusal is one line");
    if (has(text, "password=" + kSecret) || isUriWithSecret(text))
        promise(!has(error.message + error.detail, kSecret), "a refusal doesn't repeat the password");
}

void checkParameters(const ConnectionParameters& parameters)
{
    promise(parameters.count("password") == 0 && parameters.count("sslpassword") == 0, "no password gets through");
    const Target target = targetOf(parameters);
    promise(!target.server.empty() && !target.display.empty(), "a target has a name");
    const auto again = parseConnection(written(parameters));
    promise(again.has_value() && *again == parameters, "what was read can be written and read again");
    if (const auto places = placesIn(parameters)) {
        promise(!places->empty(), "a list of servers has one at least");
        for (const Place& place : *places) {
            const ConnectionParameters one = parametersAt(parameters, place);
            promise(!has(one.count("host") == 0 ? "" : one.at("host"), ","), "a place is one server");
        }
    }
    const SessionSettings settings{"fuzz", "right", std::chrono::milliseconds{1'000}};
    for (const bool withOptions : {false, true}) {
        const ConnectionParameters all = connectParameters(parameters, settings, withOptions);
        promise(all.at("password") == "right" && all.at("application_name") == "fuzz", "the settings are in force");
        for (const auto& [key, value] : parameters)
            promise(all.count(key) == 1, "nothing that the connection string asks for is dropped");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto parameters = parseConnection(text);
    if (parameters)
        checkParameters(*parameters);
    else
        checkRefusal(text, parameters.error());
    promise(!parameters || !isUriWithSecret(text.substr(0, text.find('\0'))), "a URI with a password is refused");
    return 0;
}
