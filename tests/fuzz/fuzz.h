// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// libFuzzer's entry: one text. Returns 0; a broken promise ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace lifeguard {

inline void promise(bool kept, const char* sentence)
{
    if (kept)
        return;
    std::fprintf(stderr, "broken promise: %s\n", sentence);
    std::abort();
}

} // namespace lifeguard
