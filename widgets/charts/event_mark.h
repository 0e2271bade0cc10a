// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/event.h"
#include "widgets/theme/theme.h"

#include <QString>

#include <optional>
#include <vector>

namespace lifeguard {

// What stands over the charts at the time of an event: a shape, a word, a colour.
enum class MarkShape {
    Failure,  // red square
    Retry,    // orange triangle
    Recovery, // green disc
    Reset,    // blue triangle, pointing down
    Fault,    // ring: the demo caused it
};

struct EventMark {
    double time = 0; // seconds since the epoch
    MarkShape shape = MarkShape::Failure;
    QString label; // "57P01", "recovered 0.9 s"
    int count = 1; // how many events it stands for
};

// The mark of an event; none for those that the charts don't show.
std::optional<EventMark> markOf(const Event& event);

// Marks of one shape and label that would stand within `distance` seconds of each other become one, "57P01 ×4". Sorted
// by time.
std::vector<EventMark> groupMarks(std::vector<EventMark> marks, double distance);

QString captionOf(const EventMark& mark); // "57P01 ×4"
QColor colourOf(MarkShape shape, const Theme& theme);

} // namespace lifeguard
