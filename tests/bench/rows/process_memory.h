// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lifeguard::bench {

struct ProcessMemory {
    double all = 0;       // KiB; pages shared with other processes counted by this one's part of them (Pss)
    double anonymous = 0; // KiB; without files: other processes that start or end meanwhile don't disturb it
};

// Throws where Linux doesn't tell.
ProcessMemory processMemory();

} // namespace lifeguard::bench
