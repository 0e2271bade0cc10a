// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/event_mark.h"

#include "widgets/words.h"

#include <algorithm>
#include <cmath>

namespace lifeguard {

namespace {

double secondsOf(WallTime time)
{
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

EventMark mark(const Event& event, MarkShape shape, const QString& label)
{
    return {secondsOf(event.at), shape, label, event.count.value_or(1)};
}

QString reasonOr(const Event& event, const QString& otherwise)
{
    return event.sqlState.empty() ? otherwise : text(event.sqlState);
}

} // namespace

std::optional<EventMark> markOf(const Event& event)
{
    switch (event.kind) {
    case EventKind::ConnectionLost:
        return mark(event, MarkShape::Failure, reasonOr(event, Words::tr("lost")));
    case EventKind::RetriesExhausted:
    case EventKind::ConnectStopped:
        return mark(event, MarkShape::Failure, reasonOr(event, Words::tr("gave up")));
    case EventKind::RetryScheduled: {
        EventMark retry = mark(event, MarkShape::Retry, Words::tr("retry"));
        retry.count = 1;
        return retry;
    }
    case EventKind::Recovered:
        return mark(event, MarkShape::Recovery,
                    event.duration ? Words::tr("recovered %1").arg(Words::duration(*event.duration))
                                   : Words::tr("recovered"));
    case EventKind::SoftReset:
    case EventKind::HardReset: {
        EventMark reset = mark(event, MarkShape::Reset,
                               event.kind == EventKind::SoftReset ? Words::tr("soft reset") : Words::tr("hard reset"));
        reset.count = 1;
        return reset;
    }
    case EventKind::ServerReset:
        return mark(event, MarkShape::Reset, Words::tr("ended"));
    case EventKind::DemoFault:
        return mark(event, MarkShape::Fault, Words::tr("demo"));
    default:
        return std::nullopt;
    }
}

std::vector<EventMark> groupMarks(std::vector<EventMark> marks, double distance)
{
    std::stable_sort(marks.begin(), marks.end(),
                     [](const EventMark& left, const EventMark& right) { return left.time < right.time; });
    std::vector<EventMark> grouped;
    for (EventMark& each : marks) {
        const auto same = std::find_if(grouped.rbegin(), grouped.rend(), [&each, distance](const EventMark& earlier) {
            return earlier.shape == each.shape && each.time - earlier.time <= distance
                   && (earlier.label == each.label || earlier.shape == MarkShape::Recovery);
        });
        if (same == grouped.rend())
            grouped.push_back(std::move(each));
        else if (each.shape == MarkShape::Recovery)
            *same = std::move(each); // the last recovery is the one that held
        else
            same->count += each.count;
    }
    // What the demo announces is what then happens: the failure's mark says more.
    const auto failsNear = [&grouped, distance](const EventMark& fault) {
        return std::any_of(grouped.begin(), grouped.end(), [&](const EventMark& other) {
            return other.shape == MarkShape::Failure && std::abs(other.time - fault.time) <= distance;
        });
    };
    std::erase_if(grouped, [&](const EventMark& mark) { return mark.shape == MarkShape::Fault && failsNear(mark); });
    return grouped;
}

QString captionOf(const EventMark& mark)
{
    return mark.count > 1 ? Words::tr("%1 ×%2", "event, how often").arg(mark.label).arg(mark.count) : mark.label;
}

QColor colourOf(MarkShape shape, const Theme& theme)
{
    switch (shape) {
    case MarkShape::Failure:
        return theme.failing;
    case MarkShape::Retry:
        return theme.degraded;
    case MarkShape::Recovery:
        return theme.ok;
    case MarkShape::Reset:
        return theme.accent;
    case MarkShape::Fault:
        break;
    }
    return theme.neutral;
}

} // namespace lifeguard
