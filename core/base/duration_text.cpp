// SPDX-License-Identifier: Apache-2.0
#include "core/base/duration_text.h"

#include <cinttypes>
#include <cstdio>

namespace lifeguard {

namespace {

std::string decimal(double value, const char* unit)
{
    char text[48];
    std::snprintf(text, sizeof text, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
    return text;
}

std::string pair(std::int64_t large, const char* largeUnit, std::int64_t small, const char* smallUnit)
{
    char text[80];
    std::snprintf(text, sizeof text, "%" PRId64 " %s %" PRId64 " %s", large, largeUnit, small, smallUnit);
    return text;
}

} // namespace

std::string durationText(std::chrono::nanoseconds duration)
{
    using namespace std::chrono;
    if (duration < 1ms)
        return std::to_string(duration_cast<microseconds>(duration).count()) + " µs";
    if (duration < 100ms)
        return decimal(static_cast<double>(duration.count()) / 1e6, "ms");
    if (duration < 60s)
        return decimal(static_cast<double>(duration.count()) / 1e9, "s");
    if (duration < 60min)
        return pair(duration_cast<minutes>(duration).count(), "min", duration_cast<seconds>(duration).count() % 60,
                    "s");
    return pair(duration_cast<hours>(duration).count(), "h", duration_cast<minutes>(duration).count() % 60, "min");
}

} // namespace lifeguard
