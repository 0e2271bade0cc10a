// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"

#include <QByteArray>

#include <vector>

namespace lifeguard {

// Events as files, every field, times in RFC 3339 UTC with milliseconds, UTF-8.
// CSV after RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV
// Injection").
enum class EventFormat { Csv, Json };

// A file in parts: its beginning, events (`first`: none came before), its end. Any thread.
QByteArray exportHead(EventFormat format);
QByteArray exportBody(EventFormat format, const std::vector<Event>& events, bool first);
QByteArray exportTail(EventFormat format);

QByteArray toCsv(const std::vector<Event>& events);
QByteArray toJson(const std::vector<Event>& events); // an array of objects, one a line

} // namespace lifeguard
