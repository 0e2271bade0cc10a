// SPDX-License-Identifier: Apache-2.0
#include "core/registration/test_registration.h"

#include <nlohmann/json.hpp>

namespace lifeguard {

namespace {

std::string masked(const std::string& token)
{
    constexpr std::size_t kShown = 4;
    constexpr std::string_view kMask = "********"; // always as long, so that it doesn't tell the length
    return std::string(kMask) + (token.size() > kShown ? token.substr(token.size() - kShown) : std::string{});
}

} // namespace

std::string_view nameOf(RegistrationPhase phase)
{
    constexpr std::array<std::string_view, kRegistrationPhases> kNames{
        "acquire", "validate", "begin", "insert user", "insert session", "verify", "rollback"};
    return kNames[static_cast<std::size_t>(phase)];
}

std::string toJson(const RegistrationResult& result)
{
    nlohmann::ordered_json json{{"user", nullptr}, {"session", nullptr}};
    if (const auto& user = result.user)
        json["user"] = {{"id", user->id},
                        {"email", user->email},
                        {"emailVerified", user->emailVerified},
                        {"createdAt", user->createdAt},
                        {"updatedAt", user->updatedAt}};
    if (const auto& session = result.session)
        json["session"] = {{"id", session->id},
                           {"userId", session->userId},
                           {"expires", session->expires},
                           {"sessionToken", masked(session->sessionToken)}};
    // Text that isn't UTF-8 is shown with replacement characters rather than refused.
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace lifeguard
