// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <source_location>

namespace lifeguard {

// The line of a call, taken by a default argument. Clang before 16 has no std::source_location with GCC's library; what
// it compiles knows no places.
#ifdef __cpp_lib_source_location
using SourceLocation = std::source_location;
#else
struct SourceLocation {
    static constexpr SourceLocation current() { return {}; }
    static constexpr const char* file_name() { return ""; }
    static constexpr unsigned line() { return 0; }
};
#endif

} // namespace lifeguard
