// SPDX-License-Identifier: Apache-2.0
#include "core/registration/rfc3339.h"

#include <cctype>
#include <cstdio>
#include <ctime>

namespace lifeguard {

namespace {

// The decimals after the seconds, from `at` on; moves `at` behind them.
std::chrono::nanoseconds readFraction(const std::string& text, std::size_t& at)
{
    std::chrono::nanoseconds fraction{0};
    if (at >= text.size() || text[at] != '.')
        return fraction;
    std::int64_t unit = 100'000'000;
    for (++at; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at, unit /= 10)
        fraction += std::chrono::nanoseconds{unit * (text[at] - '0')};
    return fraction;
}

std::optional<std::chrono::minutes> readZone(const std::string& text, std::size_t at)
{
    const std::string zone = text.substr(at);
    if (zone == "Z")
        return std::chrono::minutes{0};
    char sign = 0;
    int hours = 0;
    int minutes = 0;
    if (std::sscanf(zone.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) < 2 || (sign != '+' && sign != '-'))
        return std::nullopt;
    const std::chrono::minutes offset{hours * 60 + minutes};
    return sign == '+' ? offset : -offset;
}

} // namespace

std::string toRfc3339(WallTime time)
{
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(time);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(millis);
    const std::time_t clock = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    gmtime_r(&clock, &parts);
    char text[80];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>((millis - seconds).count()));
    return text;
}

std::optional<WallTime> fromRfc3339(const std::string& text)
{
    std::tm parts{};
    int length = 0;
    char between = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%c%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &between,
                    &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &length)
            != 7
        || (between != 'T' && between != ' '))
        return std::nullopt;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    auto at = static_cast<std::size_t>(length);
    const std::chrono::nanoseconds fraction = readFraction(text, at);
    const std::optional<std::chrono::minutes> offset = readZone(text, at);
    if (!offset)
        return std::nullopt;
    return std::chrono::system_clock::from_time_t(timegm(&parts)) - *offset
           + std::chrono::duration_cast<std::chrono::system_clock::duration>(fraction);
}

} // namespace lifeguard
