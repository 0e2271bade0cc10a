// SPDX-License-Identifier: Apache-2.0
// What an application's users are told of a database error.
#include "core/resilience/error_class.h"

#include <algorithm>
#include <array>

namespace lifeguard {

namespace {

struct Words {
    Cause cause;
    std::string_view connecting; // the pool tries again by itself, or has stopped and says so
    std::string_view using_;     // their work has failed
};

constexpr std::string_view kFullWords = "The database is busy: all its connections are in use. Please try again in a "
                                        "moment.";
constexpr std::string_view kDiskWords =
    "The database has no room left, so nothing can be saved. Please tell the people "
    "who look after it.";
constexpr std::string_view kShortWords = "The database is short of resources. Please try again in a moment.";
constexpr std::string_view kFaultWords =
    "The database has a fault of its own. Please try again in a moment; if it goes "
    "on, tell the people who look after it.";
constexpr std::string_view kReadOnlyWords = "The database can only be read just now, so nothing can be saved. Please "
                                            "try again in a moment.";
constexpr std::string_view kUnknownWords =
    "It is not known whether this was saved. Please look before you do it again.";
constexpr std::string_view kNameWords =
    "The database that this application asks for does not exist. Trying again won't "
    "help; please tell the people who look after the application.";
constexpr std::string_view kSettingWords = "A setting for the database is wrong. Trying again won't help; please tell "
                                           "the people who look after the application.";
constexpr std::string_view kPasswordWords = "The database refused the application's password. Trying again won't help; "
                                            "please tell the people who look after the application.";
constexpr std::string_view kTlsWords = "A safe connection to the database could not be made. Trying again won't help; "
                                       "please tell the people who look after the application.";
constexpr std::string_view kClosingWords = "The application is closing. Please try again when it is back.";
constexpr std::string_view kBrokenOff = "The connection to the database broke off. Please try again.";

// Causes that aren't here get a general sentence.
constexpr std::array kWords{
    Words{Cause::Interrupted, kMayBeRestarting, kBrokenOff},
    Words{Cause::Restarting, "The database is restarting. Trying again; you need do nothing.",
          "The database restarted before this was done. Please try again."},
    Words{Cause::Crashed, "The database had a failure and is recovering. Trying again; you need do nothing.",
          "The database had a failure before this was done. Please try again in a moment."},
    Words{Cause::IdleLimit, "The connection had rested for too long and is being renewed. You need do nothing.",
          kBrokenOff},
    Words{Cause::LeftOpen, "A connection had been left open for too long and is being renewed. You need do nothing.",
          "This was left open for too long, and the database gave it up. Please start again."},
    Words{Cause::Cancelled, "The database took too long to let the application in. Trying again; you need do nothing.",
          "This was stopped, because it took too long or because somebody cancelled it. Please try again."},
    Words{Cause::FailedBefore, kConnectionError, "An earlier step failed, so nothing was saved. Please try again."},
    Words{Cause::ReadOnly, kReadOnlyWords, kReadOnlyWords},
    Words{Cause::Full, kFullWords, kFullWords},
    Words{Cause::DiskFull, kDiskWords, kDiskWords},
    Words{Cause::Exhausted, kShortWords, kShortWords},
    Words{Cause::Faulty, kFaultWords, kFaultWords},
    Words{Cause::Password, kPasswordWords, kPasswordWords},
    Words{Cause::NotAllowed,
          "The database does not let the application in. Trying again won't help; please tell the people who look "
          "after the application.",
          "The application is not allowed to do this in the database. Please tell the people who look after it."},
    Words{Cause::WrongDatabase, kNameWords, kNameWords},
    Words{Cause::WrongHost,
          "The database's address was not found: the network may be down, or the address may be wrong. Trying again.",
          kBrokenOff},
    Words{Cause::Unreachable,
          "There is no way to the database: the network may be down. Trying again; you need do "
          "nothing.",
          kBrokenOff},
    Words{Cause::Insecure, kTlsWords, kTlsWords},
    Words{Cause::Slow,
          "The database does not answer: it may be very busy, asleep or frozen. Trying again; you need do "
          "nothing.",
          "The database did not answer in time: it may be very busy or frozen. Please look whether this was saved, "
          "then try again."},
    Words{Cause::BadSetting, kSettingWords, kSettingWords},
    Words{Cause::OutcomeUnknown, kUnknownWords, kUnknownWords},
    Words{Cause::SchemaChanged, kConnectionError,
          "The database was changed while this was being done. Please try "
          "again."},
    Words{Cause::Conflict, kConnectionError,
          "Somebody else changed the same thing at the same moment. Please try again."},
    Words{Cause::Locked, kConnectionError, "Somebody else is using this just now. Please try again in a moment."},
    Words{Cause::ShuttingDown, kClosingWords, kClosingWords},
};

} // namespace

std::string_view messageForUsers(const DatabaseError& error, Phase phase)
{
    const ErrorClass kind = classify(error, phase);
    const auto found =
        std::find_if(kWords.begin(), kWords.end(), [&kind](const Words& each) { return each.cause == kind.cause; });
    if (found != kWords.end())
        return phase == Phase::Use ? found->using_ : found->connecting;
    return kind.remedy == Remedy::Now || kind.remedy == Remedy::Backoff ? kMayBeRestarting : kConnectionError;
}

} // namespace lifeguard
