// SPDX-License-Identifier: Apache-2.0
#include "core/fleet/audit_log.h"

#include "core/fleet/explain.h"
#include "core/registration/rfc3339.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lifeguard {

namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR; // reasons are for those who act, not for everybody on the machine

std::string reasonFor(int error)
{
    return std::generic_category().message(error);
}

// The folder is made for its owner alone, as the XDG specification asks for.
std::optional<std::string> makeFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    if (std::filesystem::create_directories(folder, error))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    return error ? std::optional(error.message()) : std::nullopt;
}

Event eventOf(const AuditRecord& record)
{
    Event event;
    event.at = record.at;
    event.pool = record.pool;
    event.kind = EventKind::ActionAudited;
    event.text = record.what + (record.target.empty() ? "" : " (" + record.target + ")") + " by " + record.actor + ": "
                 + std::string(nameOf(record.result))
                 + (record.reason.empty() ? ", no reason given" : ", reason: " + record.reason);
    event.sqlState = record.sqlState;
    event.detail = record.text;
    return event;
}

} // namespace

std::string_view nameOf(AuditResult result)
{
    constexpr std::array<std::string_view, 3> kNames{"done", "failed", "refused"};
    return kNames[static_cast<std::size_t>(result)];
}

std::string toJsonLine(const AuditRecord& record)
{
    const nlohmann::ordered_json json{
        {"time", toRfc3339(record.at)}, {"actor", record.actor},       {"action", record.action},
        {"pool", record.pool},          {"target", record.target},     {"result", nameOf(record.result)},
        {"text", record.text},          {"sqlstate", record.sqlState}, {"reason", record.reason}};
    // Control characters are escaped, so that a reason can't forge a line.
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

AuditLog::AuditLog(std::string file, Journal& journal) : m_file(std::move(file)), m_journal(journal) {}

void AuditLog::append(const AuditRecord& record)
{
    m_journal.append(eventOf(record));
    if (m_file.empty())
        return;
    const std::optional<std::string> problem = write(toJsonLine(record));
    if (!problem)
        return;
    Event event;
    event.at = record.at;
    event.pool = record.pool;
    event.kind = EventKind::AuditFailed;
    event.severity = Severity::Critical;
    event.text = "The audit log " + m_file + " could not be written: " + *problem + "; " + quoted(record.what)
                 + " is in the event log only";
    m_journal.append(std::move(event));
}

std::optional<std::string> AuditLog::write(const std::string& line)
{
    const std::lock_guard lock(m_mutex);
    if (std::optional<std::string> problem = makeFolder(std::filesystem::path(m_file).parent_path()))
        return problem;
    const int file = ::open(m_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kOwnerOnly);
    if (file < 0)
        return reasonFor(errno);
    const std::string bytes = (m_torn ? "\n" : "") + line;
    // One call, so that the lines of two consoles don't mix.
    ssize_t written = -1;
    do
        written = ::write(file, bytes.data(), bytes.size());
    while (written < 0 && errno == EINTR);
    const int error = written < 0 ? errno : ENOSPC; // a part only: the disk is full
    ::close(file);
    if (written == static_cast<ssize_t>(bytes.size())) {
        m_torn = false;
        return std::nullopt;
    }
    m_torn = m_torn || written > 0;
    return reasonFor(error);
}

} // namespace lifeguard
