// SPDX-License-Identifier: Apache-2.0
#include "core/postgres/pg_error.h"

#include <pqxx/pqxx>

#include <algorithm>
#include <array>
#include <regex>

namespace lifeguard {

namespace {

std::string field(const PGresult* result, int code)
{
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

std::string oneLine(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::replace(text.begin(), text.end(), '\t', ' ');
    return text;
}

std::string firstLine(const std::string& text)
{
    return oneLine(text.substr(0, text.find('\n')));
}

struct SignWords {
    std::string_view words;
    ErrorSign sign;
};

// libpq's own words, in the order in which they are looked for. Its messages are translated by LC_MESSAGES; a locale
// other than C gives ErrorSign::Other, which is retried with backoff.
constexpr std::array kSigns{
    SignWords{"certificate file", ErrorSign::Tls}, // ours is missing or may not be read
    SignWords{"private key file", ErrorSign::Tls},
    SignWords{"Connection refused", ErrorSign::Refused},
    SignWords{"No such file or directory", ErrorSign::Refused}, // a unix socket that isn't there
    SignWords{"could not translate host name", ErrorSign::NameNotFound},
    SignWords{"No route to host", ErrorSign::Unreachable},
    SignWords{"Network is unreachable", ErrorSign::Unreachable},
    SignWords{"timeout expired", ErrorSign::Timeout},
    SignWords{"Connection timed out", ErrorSign::Timeout},
    SignWords{"no password supplied", ErrorSign::Server},
    SignWords{"server closed the connection unexpectedly", ErrorSign::LinkLost},
    SignWords{"Connection reset by peer", ErrorSign::LinkLost},
    // A server that goes away in the middle of a handshake, which says nothing against TLS.
    SignWords{"SSL connection has been closed unexpectedly", ErrorSign::LinkLost},
    SignWords{"SSL SYSCALL error", ErrorSign::LinkLost},
    SignWords{"unexpected eof", ErrorSign::LinkLost},
    SignWords{"SSL", ErrorSign::Tls},
    SignWords{"certificate", ErrorSign::Tls},
    SignWords{"could not match", ErrorSign::BadOption},   // lists of hosts, addresses and ports of different lengths
    SignWords{"invalid", ErrorSign::BadOption},           // "invalid sslmode value", "invalid port number"
    SignWords{"session is read-only", ErrorSign::Server}, // target_session_attrs asks for another one
    SignWords{"server is in hot standby mode", ErrorSign::Server},
};

ErrorSign signOf(const std::string& text)
{
    for (const SignWords& row : kSigns)
        if (text.find(row.words) != std::string::npos)
            return row.sign;
    return ErrorSign::Other;
}

// The lines DETAIL and HINT that follow an answer, up to the next one.
std::string detailIn(const std::string& text)
{
    static const std::regex kLine(R"(^\n(DETAIL|HINT|LOCATION):  ([^\n]*))");
    std::string detail;
    std::smatch line;
    for (auto rest = text.cbegin(); std::regex_search(rest, text.cend(), line, kLine); rest = line[0].second)
        if (line[1] != "LOCATION") // in the server's source
            detail += (detail.empty() ? "" : " ") + line[2].str();
    return detail;
}

std::string withoutSeverity(const std::string& message)
{
    static const std::regex kSeverity(R"(^[^\s:]+:\s\s+)"); // in the server's language
    return std::regex_replace(message, kSeverity, "");
}

// libpqxx tells class 40 by the exception's type alone: in version 6 these carry no SQLSTATE.
std::string_view stateOfRollback(const std::exception& exception)
{
    if (dynamic_cast<const pqxx::serialization_failure*>(&exception) != nullptr)
        return "40001";
    if (dynamic_cast<const pqxx::deadlock_detected*>(&exception) != nullptr)
        return "40P01";
    if (dynamic_cast<const pqxx::statement_completion_unknown*>(&exception) != nullptr)
        return "40003";
    return dynamic_cast<const pqxx::transaction_rollback*>(&exception) != nullptr ? "40000" : "";
}

} // namespace

DatabaseError errorOf(const PGresult* result)
{
    DatabaseError error;
    error.sqlState = field(result, PG_DIAG_SQLSTATE);
    error.message = oneLine(field(result, PG_DIAG_MESSAGE_PRIMARY));
    error.detail = oneLine(field(result, PG_DIAG_MESSAGE_DETAIL));
    if (const std::string hint = oneLine(field(result, PG_DIAG_MESSAGE_HINT)); !hint.empty())
        error.detail += (error.detail.empty() ? "" : " ") + hint;
    error.sign = error.sqlState.empty() ? ErrorSign::LinkLost : ErrorSign::Server;
    if (error.message.empty())
        error.message = firstLine(PQresultErrorMessage(result));
    return error;
}

DatabaseError errorOfLink(const PGconn* connection)
{
    std::string text = firstLine(PQerrorMessage(connection));
    if (text.empty())
        text = "the connection was lost";
    return {ErrorSign::LinkLost, {}, std::move(text), {}};
}

DatabaseError errorOfConnect(const std::string& text)
{
    // The last answer counts: with several addresses or sslmode=prefer, libpq lists one failure after the other.
    // What stands before the SQLSTATE is the severity in the server's language; the digit keeps "FATAL" and the like
    // out.
    static const std::regex kAnswer(R"(:\s+(?=[A-Z]*[0-9])([0-9A-Z]{5}):\s+([^\n]*))");
    DatabaseError error;
    for (std::sregex_iterator match(text.begin(), text.end(), kAnswer), end; match != end; ++match)
        error = {ErrorSign::Server, (*match)[1], (*match)[2], detailIn(match->suffix())};
    if (!error.sqlState.empty())
        return error;
    error.sign = signOf(text);
    error.message = oneLine(text);
    static const std::regex kHints(R"(\s*Is the server running .*$)");
    error.message = std::regex_replace(error.message, kHints, "");
    // What libpq has found out by itself carries no SQLSTATE of the server's.
    if (error.sign == ErrorSign::Server && error.message.find("no password supplied") != std::string::npos)
        return {ErrorSign::Server, "28P01", "the server asks for a password and none was given", {}};
    if (error.sign == ErrorSign::Server)
        error.sqlState = "25006";
    return error;
}

DatabaseError errorOf(const std::exception& exception)
{
    const std::string words = oneLine(exception.what());
    if (const auto* broken = dynamic_cast<const pqxx::broken_connection*>(&exception))
        return {ErrorSign::LinkLost, {}, firstLine(broken->what()), {}};
    if (const auto* failed = dynamic_cast<const pqxx::sql_error*>(&exception)) {
        DatabaseError error{ErrorSign::Server, failed->sqlstate(), withoutSeverity(firstLine(failed->what())), {}};
        if (error.sqlState.empty())
            error.sign = ErrorSign::LinkLost;
        return error;
    }
    if (const std::string_view state = stateOfRollback(exception); !state.empty())
        return {ErrorSign::Server, std::string(state), withoutSeverity(firstLine(exception.what())), {}};
    return {ErrorSign::Other, {}, words, {}};
}

DatabaseError timeoutError(const std::string& what)
{
    return {ErrorSign::Timeout, {}, what, {}};
}

} // namespace lifeguard
