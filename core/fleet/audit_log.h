// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/events/journal.h"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace lifeguard {

// How an action ended: done, tried without success, or not even begun.
enum class AuditResult { Done, Failed, Refused };
std::string_view nameOf(AuditResult result); // "done"

// One action of a person: who, when, what, to what, how it ended and why it was done. It never holds a secret.
struct AuditRecord {
    WallTime at{};
    std::string actor;  // "ops@workstation"
    std::string action; // a short stable name: "soft_reset"
    std::string what;   // in words: "Soft reset of "orders""
    std::string pool;   // its key
    std::string target; // "db.internal:5432/orders"; empty when it isn't known
    AuditResult result = AuditResult::Done;
    std::string text; // the outcome in one sentence
    std::string sqlState{};
    std::string reason{}; // as typed
};

// One line of JSON, with its end of line.
std::string toJsonLine(const AuditRecord& record);

// Keeps a record of every action: an event in the journal, and a line in a file that is only ever appended to. The file
// is opened for each record, so it may be rotated, and several consoles may share it. A record that can't be written is
// told as an event and loses nothing else. Any thread; it waits for the file system.
class AuditLog {
  public:
    AuditLog(std::string file, Journal& journal); // an empty file: the journal alone

    void append(const AuditRecord& record);

  private:
    std::optional<std::string> write(const std::string& line); // what went wrong

    const std::string m_file;
    Journal& m_journal;

    std::mutex m_mutex;  // one record at a time: guards the file within this process, and the member below
    bool m_torn = false; // the last line was written in part only; the next one begins on a line of its own
};

} // namespace lifeguard
