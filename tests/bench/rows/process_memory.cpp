// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/process_memory.h"

#include <fstream>
#include <stdexcept>
#include <string>

namespace lifeguard::bench {

double processKib()
{
    std::ifstream file("/proc/self/smaps_rollup");
    for (std::string word; file >> word;) {
        double kib = 0;
        if (word == "Pss:" && file >> kib)
            return kib;
    }
    throw std::runtime_error("/proc/self/smaps_rollup tells no Pss");
}

} // namespace lifeguard::bench
