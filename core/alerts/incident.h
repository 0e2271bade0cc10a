// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/alerts/alert_rule.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lifeguard {

// One trouble from its first bad sample to its last: there is never more than one of a kind and subject at a time.
struct Incident {
    std::uint64_t id = 0; // increasing by one; never 0
    AlertKind kind = AlertKind::Waiting;
    std::string subject; // the pool's key; for headroom the server's name
    PoolKey pool;        // the pool to look at: the subject, or one of the server's
    std::string name;    // of the subject, for people
    Severity severity = Severity::Warning;
    TimePoint since{}; // the first bad sample
    WallTime sinceWall{};
    TimePoint newest{}; // the snapshot that was judged last
    double worst = 0;   // in the kind's unit
    std::string text;   // the newest bad sample in words
    bool acknowledged = false;
    std::string acknowledgedBy;
    bool muted = false;

    std::chrono::milliseconds lasted() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(newest - since);
    }
    bool operator==(const Incident&) const = default;
};

// Nobody is told before `until`. Of one kind, of one subject, of both, or, with neither, of everything.
struct AlertMute {
    std::optional<AlertKind> kind;
    std::string subject;
    WallTime until{};

    bool covers(AlertKind theKind, const std::string& theSubject) const
    {
        return (!kind || *kind == theKind) && (subject.empty() || subject == theSubject);
    }
    bool operator==(const AlertMute&) const = default;
};

// What became of an incident. Tell nobody who isn't looking while it is muted.
struct AlertChange {
    enum class What { Began, Reminded, Acknowledged, Muted, Ended };
    What what = What::Began;
    Incident incident;
};

} // namespace lifeguard
