// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/process_memory.h"

#include <fstream>
#include <stdexcept>
#include <string>

namespace lifeguard::bench {

ProcessMemory processMemory()
{
    ProcessMemory memory;
    std::ifstream file("/proc/self/smaps_rollup");
    for (std::string word; file >> word;) {
        if (word == "Pss:")
            file >> memory.all;
        else if (word == "Pss_Anon:")
            file >> memory.anonymous;
    }
    if (memory.all <= 0 || memory.anonymous <= 0)
        throw std::runtime_error("/proc/self/smaps_rollup tells no Pss");
    return memory;
}

} // namespace lifeguard::bench
