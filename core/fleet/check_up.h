// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/events/journal.h"
#include "core/fleet/driver.h"
#include "core/pool/doctor.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace lifeguard {

// The configuration doctor's visits to one pool: at once with what the options show, and again when the server has told
// its settings. Each warning becomes one event, whatever the number of visits. One thread at a time.
class CheckUp {
  public:
    CheckUp(const Profile& profile, const Target& target, std::shared_ptr<const TimeSource> time,
            std::shared_ptr<Journal> journal);

    // `around.proxy` is found by the profile and the target.
    void visit(Surroundings around);

  private:
    const std::string m_pool;
    const PoolOptions m_options;
    const std::optional<Proxy> m_proxy;
    const std::shared_ptr<const TimeSource> m_time;
    const std::shared_ptr<Journal> m_journal;
    std::set<std::string_view> m_told; // codes
};

} // namespace lifeguard
